package mail

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of a message.
const (
	// MaxAddress is the longest address in bytes: a path has 256 with its angle
	// brackets (RFC 5321, section 4.5.3.1.3).
	MaxAddress = 254
	// MaxSubject is in characters.
	MaxSubject = 200
	// MaxText is in bytes.
	MaxText = 64 << 10
)

// ErrInvalid means that a message can never be sent.
var ErrInvalid = errors.New("invalid mail")

// Message is a plain-text mail to one recipient.
type Message struct {
	// To is a bare address, such as name@example.org.
	To      string
	Subject string
	Text    string
	// At is when the mail was written, for the Date header.
	At time.Time
}

// Sender sends mail.
type Sender interface {
	// Send returns nil once the mail is stored in the mailbox or accepted by the mail server. After an error
	// the mail may or may not have been sent; the caller retries, and the recipient may get it twice.
	// ErrInvalid is permanent.
	Send(ctx context.Context, m Message) error
}

// validate refuses text that could end a header and begin another one.
func (m Message) validate() error {
	switch {
	case !ValidAddress(m.To):
		return fmt.Errorf("%w: bad address", ErrInvalid)
	case m.Subject == "" || utf8.RuneCountInString(m.Subject) > MaxSubject || !printable(m.Subject):
		return fmt.Errorf("%w: bad subject", ErrInvalid)
	case m.Text == "" || len(m.Text) > MaxText || !utf8.ValidString(m.Text) || strings.ContainsRune(m.Text, 0):
		return fmt.Errorf("%w: bad text", ErrInvalid)
	case m.At.IsZero():
		return fmt.Errorf("%w: no date", ErrInvalid)
	}
	return nil
}

// ValidAddress reports whether s is one bare address. It refuses comments, display names, quoted local parts
// and control characters, which real addresses do not need and attackers can use to inject.
func ValidAddress(s string) bool {
	if len(s) > MaxAddress || !printable(s) || strings.ContainsAny(s, " \"<>(),;:\\[]") {
		return false
	}
	parsed, err := netmail.ParseAddress(s)
	if err != nil || parsed.Name != "" || parsed.Address != s {
		return false
	}
	local, domain, _ := strings.Cut(s, "@")
	// RFC 5321, section 4.5.3.1.1 limits a local part to 64 bytes.
	return len(local) <= 64 && validDomain(domain)
}

func validDomain(domain string) bool {
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.ContainsFunc(label, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			return false
		}
	}
	return true
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
