package mail_test

import (
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// sender is a Sender and a way to see what arrived, oldest first.
type sender struct {
	mail.Sender
	arrived func(t *testing.T) []mail.Message
}

func TestSenders(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) sender{"mailbox": mailboxSender, "smtp": smtpSender} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			senderContract(t, start)
		})
	}
}

func senderContract(t *testing.T, start func(*testing.T) sender) {
	t.Run("a mail arrives as it was written", func(t *testing.T) {
		t.Parallel()
		s := start(t)
		long := strings.Repeat("a long line ", 200)
		want := []mail.Message{
			{To: "ann@example.org", Subject: "Hello", Text: "One line.", At: noon},
			{To: "bob+tag@mail.example.org", Subject: "Grüße, 世界", Text: "Zwei\n.\n..Zeilen = 100 %\n\n" + long, At: noon.Add(time.Second)},
		}
		for _, m := range want {
			if err := s.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, s.arrived(t)); diff != "" {
			t.Errorf("arrived (-want +got):\n%s", diff)
		}
	})
	t.Run("a mail that would inject a header is refused and not sent", func(t *testing.T) {
		t.Parallel()
		s := start(t)
		for _, m := range badMails() {
			if err := s.Send(t.Context(), m); !errors.Is(err, mail.ErrInvalid) {
				t.Errorf("Send(%q, %.40q) = %v, want ErrInvalid", m.To, m.Subject, err)
			} else if m.To != "" && strings.Contains(err.Error(), m.To) {
				t.Errorf("the error names the address: %v", err)
			}
		}
		if got := s.arrived(t); len(got) != 0 {
			t.Errorf("%d mails arrived, want none", len(got))
		}
	})
}

func badMails() []mail.Message {
	good := mail.Message{To: "ann@example.org", Subject: "Hello", Text: "Text", At: noon}
	var bad []mail.Message
	for _, to := range []string{
		"", "ann", "ann@", "@example.org", "ann@example.org\r\nBcc: eve@example.org", "ann@example.org\nBcc: eve@example.org",
		"ann@example.org, eve@example.org", "Ann <ann@example.org>", "<ann@example.org>", "ann@example.org>", "ann @example.org",
		"ann@exa mple.org", `"ann"@example.org`, "ann@[127.0.0.1]", "ann@-example.org", "ann@example..org", "ann@example.org\x00",
		"ann@example.org (comment)", strings.Repeat("a", 65) + "@example.org", "ann@" + strings.Repeat("a.", 130) + "org", "a\xff@example.org",
	} {
		m := good
		m.To = to
		bad = append(bad, m)
	}
	for _, subject := range []string{"", "Hello\r\nBcc: eve@example.org", "Hello\nthere", "Hello\x00", strings.Repeat("x", mail.MaxSubject+1), "\xff"} {
		m := good
		m.Subject = subject
		bad = append(bad, m)
	}
	for _, text := range []string{"", "nul\x00", "\xff", strings.Repeat("x", mail.MaxText+1)} {
		m := good
		m.Text = text
		bad = append(bad, m)
	}
	good.At = time.Time{}
	return append(bad, good)
}

func openDB(t *testing.T) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "sealpost.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func newMailbox(t *testing.T) *mail.Mailbox {
	t.Helper()
	box, err := mail.NewMailbox(t.Context(), openDB(t))
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func mailboxSender(t *testing.T) sender {
	box := newMailbox(t)
	return sender{box, func(t *testing.T) []mail.Message {
		t.Helper()
		got, err := box.List(t.Context(), "", mail.MaxList)
		if err != nil {
			t.Fatal(err)
		}
		for i, j := 0, len(got)-1; i < j; i, j = i+1, j-1 {
			got[i], got[j] = got[j], got[i]
		}
		return got
	}}
}

func smtpSender(t *testing.T) sender {
	server := startSMTP(t, nil)
	s, err := mail.NewSMTP(mail.SMTPConfig{Addr: server.addr(), From: "sealpost@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	return sender{s, func(t *testing.T) []mail.Message {
		t.Helper()
		var got []mail.Message
		for _, e := range server.received() {
			got = append(got, parse(t, e))
		}
		return got
	}}
}

// parse reads a mail as the recipient's program does.
func parse(t *testing.T, e envelope) mail.Message {
	t.Helper()
	msg, err := netmail.ReadMessage(strings.NewReader(e.data))
	if err != nil {
		t.Fatal(err)
	}
	if enc := msg.Header.Get("Content-Transfer-Encoding"); enc != "quoted-printable" {
		t.Fatalf("encoding %q", enc)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(msg.Body))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	at, err := msg.Header.Date()
	if err != nil {
		t.Fatal(err)
	}
	to, err := msg.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != e.to {
		t.Fatalf("To header %v, envelope %q, %v", to, e.to, err)
	}
	text := strings.TrimSuffix(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n")
	return mail.Message{To: e.to, Subject: subject, Text: text, At: at.UTC()}
}
