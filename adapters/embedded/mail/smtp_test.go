package mail_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
)

var hello = mail.Message{To: "ann@example.org", Subject: "Hello", Text: "Text", At: noon}

func newSMTP(t *testing.T, c mail.SMTPConfig) *mail.SMTP {
	t.Helper()
	if c.From == "" {
		c.From = "sealpost@example.org"
	}
	s, err := mail.NewSMTP(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSMTPUsesTLSAndSignsIn(t *testing.T) {
	t.Parallel()
	conf, pool := certificate(t)
	server := startSMTP(t, func(s *smtpServer) { s.tls = conf })
	trust := &tls.Config{RootCAs: pool}

	s := newSMTP(t, mail.SMTPConfig{Addr: server.addr(), TLS: trust})
	if err := s.Send(t.Context(), hello); err != nil {
		t.Fatal(err)
	}
	s = newSMTP(t, mail.SMTPConfig{Addr: server.addr(), TLS: trust, User: "ann", Password: "s3cret"})
	if err := s.Send(t.Context(), hello); err != nil {
		t.Fatal(err)
	}
	got := server.received()
	if len(got) != 2 || !got[0].tls || got[0].user != "" || !got[1].tls || got[1].user != "ann" {
		t.Errorf("received %+v", got)
	}
}

func TestSMTPKeepsThePasswordOffAnOpenLine(t *testing.T) {
	t.Parallel()
	server := startSMTP(t, nil) // offers no TLS
	s := newSMTP(t, mail.SMTPConfig{Addr: server.addr(), User: "ann", Password: "s3cret"})
	err := s.Send(t.Context(), hello)
	if err == nil || len(server.received()) != 0 {
		t.Fatalf("Send = %v, received %v", err, server.received())
	}
	if strings.Contains(err.Error(), "s3cret") {
		t.Errorf("the error has the password: %v", err)
	}
	if n := server.end(); n != 1 { // not left open either
		t.Errorf("%d connections were closed, want 1", n)
	}
}

func TestSMTPWithTLSFromTheFirstByte(t *testing.T) {
	t.Parallel()
	conf, pool := certificate(t)
	server := startSMTP(t, func(s *smtpServer) { s.tls, s.implicit = conf, true })
	c := mail.SMTPConfig{Addr: server.addr(), TLS: &tls.Config{RootCAs: pool}, ImplicitTLS: true, User: "ann", Password: "s3cret"}
	if err := newSMTP(t, c).Send(t.Context(), hello); err != nil {
		t.Fatal(err)
	}
	if got := server.received(); len(got) != 1 || !got[0].tls || got[0].user != "ann" {
		t.Errorf("received %+v", got)
	}
	c.TLS = nil // not trusted
	if err := newSMTP(t, c).Send(t.Context(), hello); err == nil {
		t.Error("Send trusted an unknown certificate")
	}
}

func TestSMTPDoesNotTrustAnUnknownCertificate(t *testing.T) {
	t.Parallel()
	conf, _ := certificate(t)
	server := startSMTP(t, func(s *smtpServer) { s.tls = conf })
	s := newSMTP(t, mail.SMTPConfig{Addr: server.addr(), User: "ann", Password: "s3cret"})
	if err := s.Send(t.Context(), hello); err == nil || len(server.received()) != 0 {
		t.Fatalf("Send = %v, received %v", err, server.received())
	}
}

func TestSMTPRefusalIsAnErrorWithoutTheAddress(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"MAIL", "RCPT", "DATA"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			server := startSMTP(t, func(s *smtpServer) {
				s.answer = func(v string) string {
					if v == verb {
						return "550 ann@example.org is not welcome"
					}
					return ""
				}
			})
			s := newSMTP(t, mail.SMTPConfig{Addr: server.addr()})
			err := s.Send(t.Context(), hello)
			if err == nil || !strings.Contains(err.Error(), "550") {
				t.Fatalf("Send = %v, want an error with 550", err)
			}
			if strings.Contains(err.Error(), hello.To) {
				t.Errorf("the error names the address: %v", err)
			}
		})
	}
}

func TestSMTPAcceptedMailIsSentHoweverTheConnectionEnds(t *testing.T) {
	t.Parallel()
	server := startSMTP(t, func(s *smtpServer) {
		s.answer = func(v string) string {
			if v == "QUIT" {
				return "500 What?"
			}
			return ""
		}
	})
	s := newSMTP(t, mail.SMTPConfig{Addr: server.addr()})
	if err := s.Send(t.Context(), hello); err != nil {
		t.Errorf("Send = %v, want nil", err)
	}
	if len(server.received()) != 1 {
		t.Errorf("%d mails arrived, want 1", len(server.received()))
	}
}

// A server that accepts connections and never speaks must not keep a caller who
// has gone.
func TestSMTPReturnsWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			accepted <- conn
		}
		cancel()
		close(accepted)
	}()
	s := newSMTP(t, mail.SMTPConfig{Addr: listener.Addr().String()})
	if err := s.Send(ctx, hello); !errors.Is(err, context.Canceled) {
		t.Errorf("Send = %v, want context.Canceled", err)
	}
	for conn := range accepted {
		_ = conn.Close()
	}
}

func TestSMTPUnreachable(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	_ = listener.Close()
	s := newSMTP(t, mail.SMTPConfig{Addr: addr})
	if err := s.Send(t.Context(), hello); err == nil {
		t.Error("Send succeeded without a server")
	}
}

func TestSMTPConfiguration(t *testing.T) {
	t.Parallel()
	from := "sealpost@example.org"
	for _, c := range []mail.SMTPConfig{
		{From: from}, {Addr: "host", From: from}, {Addr: ":25", From: from}, {Addr: "host:0", From: from}, {Addr: "host:65536", From: from},
		{Addr: "host:smtp", From: from}, {Addr: "host:25"}, {Addr: "host:25", From: "Sealpost <x@example.org>"},
		{Addr: "host:25", From: from, User: "ann"}, {Addr: "host:25", From: from, Password: "s3cret"},
	} {
		if _, err := mail.NewSMTP(c); err == nil {
			t.Errorf("NewSMTP(%+v) succeeded", c)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error has the password: %v", err)
		}
	}
	for _, addr := range []string{"mail.example.org:25", "mail.example.org:465", "[::1]:587"} {
		if _, err := mail.NewSMTP(mail.SMTPConfig{Addr: addr, From: from, User: "u", Password: "p"}); err != nil {
			t.Errorf("NewSMTP(%s) = %v", addr, err)
		}
	}
}
