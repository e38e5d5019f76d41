package projections

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// Chunk is writes that wait. Writes commute, and that is made use of twice: all that a
// chunk does to one message is one change, and changes are put on disk in the order of
// the table's key, where the rows of a page come together. That a page is written once
// for many rows, and not once for each, is most of what filling a large table costs; so
// a chunk is large, and is kept in few bytes and without pointers (see changes).
type Chunk struct {
	users  []func(*sqlite.Tx) error
	inbox  changes
	unread changes
}

// follow makes the chunk that is filled after c. It will be about as large, so it gets
// its memory at once: growing would take twice as much of it.
func (c *Chunk) follow() *Chunk {
	next := new(Chunk)
	next.inbox.prepare(&c.inbox)
	next.unread.prepare(&c.unread)
	return next
}

// change is what a chunk does to one message in the inbox or in unread.
type change struct {
	recipient    uint32 // index of recipients; once sorted, in their order
	id           span
	message      int32 // index of messages; noMessage if it stores none, as unread never does
	stored, read bool
}

const noMessage = -1

// span is a piece of the text of changes.
type span struct{ from, to uint32 }

// row is what the inbox stores of a message besides its key.
type row struct {
	sender, objectKey, keyID, wrappedKey, algorithm span
	size, sentAt                                    int64 // bytes, Unix milliseconds
}

// changes keeps changes in a few large pieces of memory: as objects of their own, a
// hundred thousand messages are twice as large, and the garbage collector goes through
// all of them again and again.
type changes struct {
	text       strings.Builder
	recipients []string
	number     map[string]uint32 // of a recipient
	known      map[string]span   // texts that many messages share
	messages   []row
	all        []change // once sorted, those that are left to write
	last       span     // the last id
}

// prepare gives it room for as much as is in another.
func (c *changes) prepare(as *changes) {
	c.number, c.known = map[string]uint32{}, map[string]span{}
	c.all = make([]change, 0, some(len(as.all)))
	c.messages = make([]row, 0, some(len(as.messages)))
	c.text.Grow(some(as.text.Len()))
}

// some is a little more than n.
func some(n int) int { return n + n/16 }

func (c *changes) put(text string) span {
	from := c.text.Len()
	c.text.WriteString(text)
	return span{uint32(from), uint32(c.text.Len())} //nolint:gosec // a chunk is far from 4 GB; Bytes bounds it
}

// share puts a text that other messages are likely to have too.
func (c *changes) share(text string) span {
	s, known := c.known[text]
	if !known {
		s = c.put(text)
		c.known[strings.Clone(text)] = s
	}
	return s
}

func (c *changes) get(s span) string { return c.text.String()[s.from:s.to] }

func (c *changes) add(recipientID, messageID string, one change) {
	number, known := c.number[recipientID]
	if !known {
		number = uint32(len(c.recipients))       //nolint:gosec // as many as changes at most
		recipientID = strings.Clone(recipientID) // the event that it is cut from is let go
		c.recipients = append(c.recipients, recipientID)
		c.number[recipientID] = number
	}
	if c.get(c.last) != messageID { // a message is often read right after it came
		c.last = c.put(messageID)
	}
	one.recipient, one.id = number, c.last
	c.all = append(c.all, one)
}

func (c *changes) addMessage(m ports.InboxMessage) {
	c.messages = append(c.messages, row{
		sender: c.share(m.SenderID), objectKey: c.put(m.ObjectKey), keyID: c.share(m.KeyID), wrappedKey: c.put(string(m.WrappedKey)),
		algorithm: c.share(m.Algorithm), size: m.Size, sentAt: m.SentAt.UnixMilli(),
	})
	c.add(m.RecipientID, m.ID, change{stored: true, message: int32(len(c.messages) - 1)}) //nolint:gosec // as above
}

// bytes is about how much memory it holds.
func (c *changes) bytes() int {
	const changeSize, rowSize, entrySize = 24, 56, 120 // the last is of a map, with a text of usual length
	return c.text.Cap() + cap(c.all)*changeSize + cap(c.messages)*rowSize + (len(c.recipients)+len(c.known))*entrySize
}

// sort sorts changes by key and makes those of one message one.
func (c *changes) sort() {
	ordered := slices.Sorted(slices.Values(c.recipients))
	for i, recipientID := range ordered {
		c.number[recipientID] = uint32(i)
	}
	for i, one := range c.all {
		c.all[i].recipient = c.number[c.recipients[one.recipient]]
	}
	c.recipients, c.number, c.known = ordered, nil, nil
	text := c.text.String()
	slices.SortFunc(c.all, func(a, b change) int {
		if a.recipient != b.recipient {
			return cmp.Compare(a.recipient, b.recipient)
		}
		byID := strings.Compare(text[a.id.from:a.id.to], text[b.id.from:b.id.to])
		return cmp.Or(byID, cmp.Compare(a.message, b.message))
	})
	c.all = c.folded(c.all)
}

// folded makes the changes of one message one, in place.
func (c *changes) folded(sorted []change) []change {
	out := sorted[:0]
	for _, one := range sorted {
		if len(out) == 0 || out[len(out)-1].recipient != one.recipient || c.get(out[len(out)-1].id) != c.get(one.id) {
			out = append(out, one)
			continue
		}
		same := &out[len(out)-1]
		if same.message == noMessage {
			same.message = one.message
		}
		same.stored, same.read = same.stored || one.stored, same.read || one.read
	}
	return out
}

// part takes at most n of the changes that are left.
func (c *changes) part(n int) []change {
	n = min(n, len(c.all))
	taken := c.all[:n]
	c.all = c.all[n:]
	return taken
}

// key and message give the values of a change's row.
func (c *changes) key(args []any, one change) []any {
	return append(args, c.recipients[one.recipient], c.get(one.id))
}

func (c *changes) row(args []any, one change) []any {
	m := c.messages[one.message]
	return append(c.key(args, one), c.get(m.sender), c.get(m.objectKey), c.get(m.keyID), []byte(c.get(m.wrappedKey)), c.get(m.algorithm), m.size, m.sentAt)
}

// Sort prepares a chunk for being written. It is done before the transaction:
// everybody's writes wait for what is done in it.
func (c *Chunk) Sort() {
	c.inbox.sort()
	c.unread.sort()
}

// Bytes is about how much memory the chunk holds.
func (c *Chunk) Bytes() int { return c.inbox.bytes() + c.unread.bytes() }

// Rows is how many rows of a sorted chunk are yet to be written.
func (c *Chunk) Rows() int { return len(c.users) + len(c.inbox.all) + len(c.unread.all) }

// part is some of a chunk: what one transaction writes.
type part struct {
	users         []func(*sqlite.Tx) error
	inbox, unread []change
	last          bool
}

// part takes at most n writes.
func (c *Chunk) part(n int) (p part) {
	users := min(n, len(c.users))
	p.users, c.users = c.users[:users], c.users[users:]
	p.inbox = c.inbox.part(n - users)
	p.unread = c.unread.part(n - users - len(p.inbox))
	p.last = c.Rows() == 0
	return p
}
