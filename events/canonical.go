package events

import (
	"encoding/base64"
	"strings"
)

// An archive of millions is replayed through Decode, and reading JSON twice, as a
// detail whose version is not known yet needs it, is most of what that costs. But
// nearly every detail is byte by byte what EncodeDetail writes: no spaces, the fields
// in the order of the types, nothing escaped. Such bytes can be taken apart by
// comparing them; that is ten times as fast. Whatever looks different in the slightest
// way is left to encoding/json, so what Decode accepts and what it makes of it does
// not depend on this file. A fuzz test holds the two against each other.

// canonical is the rest of a detail that has looked canonical so far.
type canonical struct {
	rest string
	odd  bool // it does not: what was read is worth nothing
}

// decodeCanonical decodes a detail that is written as EncodeDetail does and has the
// newest version; ok is false for every other. The event has yet to be validated. Its
// strings share one copy of raw.
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
	// The same strictness as in encoding/json, which calls it too.
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

// take goes past what has to come next.
func (c *canonical) take(literal string) {
	rest, found := strings.CutPrefix(c.rest, literal)
	if !found {
		c.odd = true
		return
	}
	c.rest = rest
}

// text reads a string behind its name. Only printable ASCII without escapes means
// itself.
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

// number reads a number that is not negative.
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
