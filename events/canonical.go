package events

import (
	"encoding/base64"
	"strings"
)

// Replaying an archive runs millions of events through Decode, and reading the JSON twice (once for the
// version) is most of the cost. Nearly every detail is byte for byte what EncodeDetail writes: no spaces,
// fields in the order of the types, no escapes. Comparing such bytes is ten times as fast. Any other detail
// is left to encoding/json, so this file does not change what Decode accepts or returns. A fuzz test compares
// the two.

// canonical is the unread rest of a detail that has been canonical so far.
type canonical struct {
	rest string
	odd  bool // not canonical: discard what was read
}

// decodeCanonical decodes a detail of the newest version that EncodeDetail wrote; ok is false for any other.
// The event is not validated yet. Its strings share one copy of raw.
func decodeCanonical(def definition, raw []byte) (e Event, ok bool) {
	if def.canonical == nil {
		return e, false
	}
	c := &canonical{rest: string(raw)}
	c.metadata(&e.Metadata)
	c.take(`,"data":{`)
	e.Data = def.canonical(c)
	c.take(`}}`)
	return e, !c.odd && c.rest == "" && e.Metadata.Version == def.version
}

func (c *canonical) metadata(m *Metadata) {
	m.ID = c.text(`{"metadata":{"id":`)
	m.Version = int(c.number(`,"version":`))
	// encoding/json calls the same function, so both are equally strict.
	if err := m.Time.UnmarshalText([]byte(c.text(`,"time":`))); err != nil {
		c.odd = true
	}
	m.Subject = c.text(`,"subject":`)
	m.CorrelationID = c.optional(`,"correlationId":`)
	m.CausationID = c.optional(`,"causationId":`)
	m.Traceparent = c.optional(`,"traceparent":`)
	c.take(`}`)
}

func canonicalMessageStored(c *canonical) Data {
	return MessageStored{
		MessageID:   c.text(`"messageId":`),
		SenderID:    c.text(`,"senderId":`),
		RecipientID: c.text(`,"recipientId":`),
		ObjectKey:   c.text(`,"objectKey":`),
		KeyID:       c.text(`,"keyId":`),
		WrappedKey:  c.bytes(`,"wrappedKey":`),
		Algorithm:   c.text(`,"algorithm":`),
		Size:        c.number(`,"size":`),
	}
}

func canonicalMessageRead(c *canonical) Data {
	return MessageRead{MessageID: c.text(`"messageId":`), RecipientID: c.text(`,"recipientId":`)}
}

// take skips the literal, which has to come next.
func (c *canonical) take(literal string) {
	rest, found := strings.CutPrefix(c.rest, literal)
	if !found {
		c.odd = true
		return
	}
	c.rest = rest
}

// text reads the string after its name: printable ASCII without escapes.
func (c *canonical) text(name string) string {
	c.take(name)
	c.take(`"`)
	for i := range len(c.rest) {
		switch b := c.rest[i]; {
		case b == '"':
			value := c.rest[:i]
			c.rest = c.rest[i+1:]
			return value
		case b < ' ' || b > '~' || b == '\\':
			c.odd = true
			return ""
		}
	}
	c.odd = true
	return ""
}

func (c *canonical) optional(name string) string {
	if !strings.HasPrefix(c.rest, name) {
		return ""
	}
	return c.text(name)
}

func (c *canonical) bytes(name string) []byte {
	value, err := base64.StdEncoding.DecodeString(c.text(name))
	if err != nil {
		c.odd = true
	}
	return value
}

// maxDigits keeps a number far below the largest int64.
const maxDigits = 15

// number reads a number of at least zero.
func (c *canonical) number(name string) (n int64) {
	c.take(name)
	digits := 0
	for digits < len(c.rest) && c.rest[digits] >= '0' && c.rest[digits] <= '9' {
		n = n*10 + int64(c.rest[digits]-'0')
		if digits++; digits > maxDigits {
			break
		}
	}
	if digits == 0 || digits > maxDigits || digits > 1 && c.rest[0] == '0' {
		c.odd = true
		return 0
	}
	c.rest = c.rest[digits:]
	return n
}
