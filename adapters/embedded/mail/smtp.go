package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// DefaultSMTPTimeout bounds the sending of one mail, from dialling to the
// server's last answer.
const DefaultSMTPTimeout = 30 * time.Second

// implicitTLS is the port where TLS begins before SMTP does (RFC 8314).
const implicitTLS = 465

// SMTPConfig says by which server to send.
type SMTPConfig struct {
	// Addr is HOST:PORT. Port 465 means TLS from the first byte.
	Addr string
	// From is the sender's bare address.
	From string
	// User and Password sign in at the server, if it wants that: both or neither.
	// With them TLS is required, without them it is used when the server offers
	// it.
	User, Password string
	// Timeout bounds one mail; 0 means DefaultSMTPTimeout.
	Timeout time.Duration
	// TLS is for servers with a certificate of their own authority. Optional.
	TLS *tls.Config
}

// SMTP sends by a mail server. Each mail has a connection of its own: Sealpost
// sends few, and a kept connection is one more thing that dies unseen.
type SMTP struct {
	host        string
	from        string
	timeout     time.Duration
	implicitTLS bool
	opts        []gomail.Option
}

// NewSMTP checks the configuration. It does not connect.
func NewSMTP(c SMTPConfig) (*SMTP, error) {
	host, portText, err := net.SplitHostPort(c.Addr)
	if err != nil || host == "" {
		return nil, fmt.Errorf("the SMTP server %q is not HOST:PORT", c.Addr)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil || port == 0 {
		return nil, fmt.Errorf("the SMTP server %q has no valid port", c.Addr)
	}
	if !ValidAddress(c.From) {
		return nil, errors.New("the sender's address of outgoing mail is not valid")
	}
	if (c.User == "") != (c.Password == "") {
		return nil, errors.New("the SMTP server needs both a user and a password, or neither")
	}
	s := &SMTP{host: host, from: c.From, timeout: c.Timeout, implicitTLS: port == implicitTLS}
	if s.timeout == 0 {
		s.timeout = DefaultSMTPTimeout
	}
	s.opts = c.options(host, int(port), s.timeout)
	if _, err := gomail.NewClient(host, s.opts...); err != nil {
		return nil, fmt.Errorf("preparing SMTP: %w", err)
	}
	return s, nil
}

func (c SMTPConfig) options(host string, port int, timeout time.Duration) []gomail.Option {
	opts := []gomail.Option{gomail.WithPort(port), gomail.WithTimeout(timeout)}
	if c.TLS != nil {
		conf := c.TLS.Clone()
		if conf.ServerName == "" {
			conf.ServerName = host
		}
		opts = append(opts, gomail.WithTLSConfig(conf))
	}
	switch {
	case port == implicitTLS:
		opts = append(opts, gomail.WithSSL())
	case c.User != "": // a password never goes over an open line
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	}
	if c.User != "" {
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(c.User), gomail.WithPassword(c.Password))
	}
	return opts
}

// Send implements Sender.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := s.compose(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if err := s.deliver(ctx, msg); err != nil {
		// A connection that the context closed fails with a confusing error.
		return fmt.Errorf("sending mail by %s: %w", s.host, errors.Join(ctx.Err(), scrub(err)))
	}
	return nil
}

func (s *SMTP) deliver(ctx context.Context, msg *gomail.Msg) error {
	opts := s.opts
	if !s.implicitTLS {
		dial, release := interruptible(ctx)
		defer release()
		opts = append(slices.Clone(opts), gomail.WithDialContextFunc(dial))
	}
	client, err := gomail.NewClient(s.host, opts...)
	if err != nil {
		return err
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return err
	}
	err = client.SendWithSMTPClient(conn, msg)
	// What the server accepted is sent, however the goodbye goes.
	_ = client.CloseWithSMTPClient(conn)
	if msg.IsDelivered() {
		return nil
	}
	return err
}

// interruptible dials a connection that fails as soon as the context ends. The
// library bounds the connection by time alone. With TLS from the first byte the
// library dials by itself, and that bound has to do.
func interruptible(ctx context.Context) (dial gomail.DialContextFunc, release func()) {
	stop := func() bool { return true }
	dial = func(dialCtx context.Context, network, address string) (net.Conn, error) {
		var d net.Dialer
		conn, err := d.DialContext(dialCtx, network, address)
		if err != nil {
			return nil, err
		}
		stop = context.AfterFunc(ctx, func() { _ = conn.Close() })
		return conn, nil
	}
	return dial, func() { stop() }
}

// scrub keeps the recipient's address out of the error: the library and many
// servers quote it.
func scrub(err error) error {
	if failed, ok := errors.AsType[*gomail.SendError](err); ok {
		return fmt.Errorf("%s (server code %d %s)", failed.Reason, failed.ErrorCode(), failed.EnhancedStatusCode())
	}
	return err
}

func (s *SMTP) compose(m Message) (*gomail.Msg, error) {
	if err := m.validate(); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg()
	if err := msg.From(s.from); err != nil {
		return nil, fmt.Errorf("%w: sender", ErrInvalid)
	}
	if err := msg.To(m.To); err != nil {
		return nil, fmt.Errorf("%w: recipient", ErrInvalid)
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.At)
	msg.SetMessageID()
	// RFC 3834: no out-of-office reply to a machine.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	return msg, nil
}
