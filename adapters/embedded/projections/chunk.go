package projections

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// rowsAtOnce is how many rows one statement of a chunk inserts: a statement costs
// the driver about as much as a few rows do. Measured: 16 to 32 are best.
const rowsAtOnce = 20

type messageKey struct{ recipientID, messageID string }

func (k messageKey) compare(other messageKey) int {
	return cmp.Or(strings.Compare(k.recipientID, other.recipientID), strings.Compare(k.messageID, other.messageID))
}

// inboxChunk is writes to the inbox. They commute, so a chunk does all it has to
// store first, in the order of the key, where pages lie beside each other.
type inboxChunk struct {
	stored []ports.InboxMessage
	read   map[messageKey]struct{}
}

func newInboxChunk() *inboxChunk { return &inboxChunk{read: map[messageKey]struct{}{}} }

// sort is done before the transaction: everybody's writes wait for what is done in it.
func (c *inboxChunk) sort() {
	slices.SortFunc(c.stored, func(a, b ports.InboxMessage) int {
		return messageKey{a.RecipientID, a.ID}.compare(messageKey{b.RecipientID, b.ID})
	})
}

// unreadChunk is writes to unread. What is stored and read in it needs no row as
// unread.
type unreadChunk struct {
	stored []messageKey
	read   map[messageKey]struct{}
}

func newUnreadChunk() *unreadChunk { return &unreadChunk{read: map[messageKey]struct{}{}} }

func (c *unreadChunk) sort() {
	c.stored = slices.DeleteFunc(c.stored, func(k messageKey) bool { _, read := c.read[k]; return read })
	slices.SortFunc(c.stored, messageKey.compare)
}

// Sort prepares a chunk for being written.
func (c *Chunk) Sort() {
	c.inbox.sort()
	c.unread.sort()
}

func (b *Inbox) putChunk(tx *sqlite.Tx, c *inboxChunk) error {
	rest := c.stored
	args := make([]any, 0, 9*rowsAtOnce)
	for ; len(rest) >= rowsAtOnce; rest = rest[rowsAtOnce:] {
		args = args[:0]
		for _, m := range rest[:rowsAtOnce] {
			args = append(args, m.RecipientID, m.ID, m.SenderID, m.ObjectKey, m.KeyID, m.WrappedKey, m.Algorithm, m.Size, m.SentAt.UnixMilli())
		}
		if _, err := tx.Exec(b.storedMany, args...); err != nil {
			return err
		}
	}
	for _, m := range rest {
		if err := b.putStored(tx, m); err != nil {
			return err
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(c.read), messageKey.compare) {
		if err := b.putRead(tx, k.recipientID, k.messageID); err != nil {
			return err
		}
	}
	return nil
}

func (u *Unread) putChunk(tx *sqlite.Tx, c *unreadChunk) error {
	rest := c.stored
	args := make([]any, 0, 2*rowsAtOnce)
	for ; len(rest) >= rowsAtOnce; rest = rest[rowsAtOnce:] {
		args = args[:0]
		for _, k := range rest[:rowsAtOnce] {
			args = append(args, k.recipientID, k.messageID)
		}
		if _, err := tx.Exec(u.storedMany, args...); err != nil {
			return err
		}
	}
	for _, k := range rest {
		if err := u.putStored(tx, k.recipientID, k.messageID); err != nil {
			return err
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(c.read), messageKey.compare) {
		if err := u.putRead(tx, k.recipientID, k.messageID); err != nil {
			return err
		}
	}
	return nil
}

// many repeats the values of a statement for rowsAtOnce rows: {values} is where they
// go, and row has the numbers of its parameters as {1}, {2}, ... .
func many(statement, row string, parameters int) string {
	rows := make([]string, rowsAtOnce)
	for i := range rows {
		rows[i] = row
		for p := parameters; p > 0; p-- {
			rows[i] = strings.ReplaceAll(rows[i], fmt.Sprintf("{%d}", p), fmt.Sprintf("?%d", i*parameters+p))
		}
	}
	return strings.Replace(statement, "{values}", strings.Join(rows, ", "), 1)
}
