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

// DefaultSMTPTimeout limits the sending of one mail, from dialing to the server's last answer.
const DefaultSMTPTimeout = 30 * time.Second

// implicitTLSPort uses TLS from the first byte (RFC 8314, section 3.3).
const implicitTLSPort = 465

// SMTPConfig is the configuration of the mail server.
type SMTPConfig struct {
	// Addr is HOST:PORT.
	Addr string
	// From is the sender's bare address.
	From string
	// User and Password authenticate at the server; set both or neither. With them TLS is required. Without
	// them TLS is used if the server offers it.
	User, Password string
	// ImplicitTLS is for servers that use TLS from the first byte. Port 465 implies it.
	ImplicitTLS bool
	// Timeout limits one mail; 0 means DefaultSMTPTimeout.
	Timeout time.Duration
	// TLS is for servers with a private certificate authority. Optional.
	TLS *tls.Config
}

// SMTP sends mails through a mail server. Each mail has its own connection: Sealpost sends few, and an idle
// connection can die unnoticed.
type SMTP struct {
	host    string
	from    string
	timeout time.Duration
	// implicitTLS is nil unless the connection uses TLS from the first byte.
	implicitTLS *tls.Config
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
	s := &SMTP{host: host, from: c.From, timeout: c.Timeout}
	if s.timeout == 0 {
		s.timeout = DefaultSMTPTimeout
	}
	conf := c.tls(host)
	if c.ImplicitTLS || port == implicitTLSPort {
		s.implicitTLS = conf
	}
	s.opts = c.options(int(port), conf, s)
	if _, err := gomail.NewClient(host, s.opts...); err != nil {
		return nil, fmt.Errorf("preparing SMTP: %w", err)
	}
	return s, nil
}

func (c SMTPConfig) tls(host string) *tls.Config {
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.TLS != nil {
		conf = c.TLS.Clone()
	}
	if conf.ServerName == "" {
		conf.ServerName = host
	}
	return conf
}

func (c SMTPConfig) options(port int, conf *tls.Config, s *SMTP) []gomail.Option {
	policy := gomail.TLSOpportunistic
	if c.User != "" && s.implicitTLS == nil {
		policy = gomail.TLSMandatory // a password is never sent unencrypted
	}
	opts := []gomail.Option{
		gomail.WithPort(port), gomail.WithTimeout(s.timeout), gomail.WithTLSConfig(conf), gomail.WithTLSPolicy(policy),
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
		// The library's error after the context ended is confusing.
		return fmt.Errorf("sending mail by %s: %w", s.host, errors.Join(ctx.Err(), scrub(err)))
	}
	return nil
}

func (s *SMTP) deliver(ctx context.Context, msg *gomail.Msg) error {
	var line line
	defer line.close()
	dial := func(_ context.Context, network, address string) (net.Conn, error) {
		return line.open(ctx, network, address, s.implicitTLS)
	}
	client, err := gomail.NewClient(s.host, append(slices.Clone(s.opts), gomail.WithDialContextFunc(dial))...)
	if err != nil {
		return err
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return err
	}
	err = client.SendWithSMTPClient(conn, msg)
	// The server has accepted the mail, even if QUIT fails.
	_ = client.CloseWithSMTPClient(conn)
	if msg.IsDelivered() {
		return nil
	}
	return err
}

// scrub removes the recipient's address from the error, which the library and many servers quote.
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
	// RFC 3834: suppresses automatic replies.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	return msg, nil
}
