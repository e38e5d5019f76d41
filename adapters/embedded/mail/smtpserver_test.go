package mail_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"net"
	"net/textproto"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// envelope is what the test's mail server accepted.
type envelope struct {
	from, to string
	data     string // the message with its headers, dot-unstuffed
	tls      bool
	user     string
}

// smtpServer is a small mail server: it parses SMTP as RFC 5321 has it, offers
// STARTTLS when it has a certificate, and AUTH PLAIN inside TLS.
type smtpServer struct {
	listener net.Listener
	tls      *tls.Config
	implicit bool // TLS from the first byte
	// answer may replace the reply to a command, given its verb.
	answer func(verb string) string

	mu     sync.Mutex
	got    []envelope
	hungUp int // sessions whose client broke off or said goodbye
	work   sync.WaitGroup
}

func startSMTP(t *testing.T, configure func(*smtpServer)) *smtpServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &smtpServer{listener: listener}
	if configure != nil {
		configure(s)
	}
	s.work.Go(s.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		s.work.Wait()
	})
	return s
}

func (s *smtpServer) addr() string { return s.listener.Addr().String() }

func (s *smtpServer) received() []envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]envelope(nil), s.got...)
}

// end stops the server, waits for its sessions, and says how many the client ended.
func (s *smtpServer) end() int {
	_ = s.listener.Close()
	s.work.Wait()
	return s.hungUp
}

func (s *smtpServer) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.work.Go(func() {
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
			session := &smtpSession{server: s, conn: conn}
			if s.implicit {
				session.conn, session.mail.tls = tls.Server(conn, s.tls), true
			}
			session.serve()
			s.mu.Lock()
			defer s.mu.Unlock()
			s.hungUp += session.hungUp
		})
	}
}

type smtpSession struct {
	server *smtpServer
	conn   net.Conn
	text   *textproto.Conn
	mail   envelope
	hungUp int
}

func (c *smtpSession) serve() {
	c.text = textproto.NewConn(c.conn)
	if !c.say("220 test ESMTP") {
		return
	}
	for {
		line, err := c.text.ReadLine()
		if err != nil {
			if !errors.Is(err, os.ErrDeadlineExceeded) {
				c.hungUp = 1
			}
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		if c.server.answer != nil {
			if reply := c.server.answer(verb); reply != "" {
				c.say(reply)
				continue
			}
		}
		if !c.command(verb, rest) {
			return
		}
	}
}

func (c *smtpSession) say(line string) bool { return c.text.PrintfLine("%s", line) == nil }

func (c *smtpSession) command(verb, rest string) bool {
	switch verb {
	case "EHLO":
		return c.say(c.extensions())
	case "NOOP", "RSET":
		return c.say("250 OK")
	case "STARTTLS":
		return c.startTLS()
	case "AUTH":
		return c.auth(rest)
	case "MAIL":
		c.mail.from = path(rest)
		return c.say("250 OK")
	case "RCPT":
		c.mail.to += path(rest)
		return c.say("250 OK")
	case "DATA":
		return c.data()
	case "QUIT":
		c.say("221 Bye")
		c.hungUp = 1
		return false
	}
	return c.say("502 Unknown command")
}

func (c *smtpSession) extensions() string {
	switch {
	case c.server.tls == nil:
		return "250-test\r\n250 8BITMIME"
	case !c.mail.tls:
		return "250-test\r\n250 STARTTLS"
	}
	return "250-test\r\n250 AUTH PLAIN"
}

func (c *smtpSession) startTLS() bool {
	if !c.say("220 Go ahead") {
		return false
	}
	conn := tls.Server(c.conn, c.server.tls)
	if err := conn.Handshake(); err != nil {
		return false
	}
	c.conn, c.text, c.mail.tls = conn, textproto.NewConn(conn), true
	return true
}

func (c *smtpSession) auth(rest string) bool {
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
	parts := strings.Split(string(decoded), "\x00")
	if err != nil || len(parts) != 3 || parts[2] != "s3cret" {
		return c.say("535 Authentication failed")
	}
	c.mail.user = parts[1]
	return c.say("235 OK")
}

func (c *smtpSession) data() bool {
	if !c.say("354 Go ahead") {
		return false
	}
	body, err := io.ReadAll(bufio.NewReader(c.text.DotReader()))
	if err != nil {
		return false
	}
	c.mail.data = string(body)
	c.server.mu.Lock()
	c.server.got = append(c.server.got, c.mail)
	c.server.mu.Unlock()
	return c.say("250 Queued")
}

// path gets ADDRESS out of "FROM:<ADDRESS> PARAMETERS".
func path(rest string) string {
	_, after, _ := strings.Cut(rest, "<")
	address, _, _ := strings.Cut(after, ">")
	return address
}

// certificate makes a server's TLS configuration and the pool that trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:        true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}
