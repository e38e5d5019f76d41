package serve

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Config says how to serve. Its tags define the flags of `sealpost serve`.
type Config struct {
	Addr          string `default:"127.0.0.1:8080" env:"SEALPOST_ADDR" placeholder:"HOST:PORT" help:"Where to listen (127.0.0.1:8080). Port 0 takes a free one."`
	Data          string `default:"./data" env:"SEALPOST_DATA" placeholder:"DIR" help:"Where the database and the ciphertext are kept (./data). Made on first start."`
	MasterKeyFile string `env:"SEALPOST_MASTER_KEY_FILE" placeholder:"FILE" help:"The key that all users' keys are encrypted under. Made on first start; default: next to the data folder (DIR.master-key). It may not be in it, so that a copy of the data alone opens nothing. Back it up: without it no message can ever be opened."`
	PublicURL     string `env:"SEALPOST_PUBLIC_URL" placeholder:"URL" help:"What users call this server, when that is not its address: behind a proxy, or beyond this machine."`
	TLSCert       string `name:"tls-cert" env:"SEALPOST_TLS_CERT" placeholder:"FILE" help:"Certificate (PEM) to serve HTTPS with."`
	TLSKey        string `name:"tls-key" env:"SEALPOST_TLS_KEY" placeholder:"FILE" help:"Private key (PEM) of the certificate."`
	SMTP          string `name:"smtp" env:"SEALPOST_SMTP" placeholder:"HOST:PORT" help:"Send mail for real by this server; there is then no mailbox. SEALPOST_SMTP_USER and SEALPOST_SMTP_PASSWORD sign in there."`
	MailFrom      string `env:"SEALPOST_MAIL_FROM" placeholder:"ADDRESS" help:"Sender of the mail that --smtp sends."`
	NoMail        bool   `env:"SEALPOST_NO_MAIL" help:"Send no mail, though others can reach this server: what would be sent is kept, and only sealpost mailbox on this machine shows it. Without this and --smtp a server that is not on loopback does not start."`
	LogLevel      string `default:"warn" enum:"debug,info,warn,error" env:"SEALPOST_LOG_LEVEL" help:"What is logged on standard error, as JSON: ${enum}."`

	// SMTPUser and SMTPPassword come from the environment only, because every user of
	// the machine can read arguments.
	SMTPUser     string `kong:"-"`
	SMTPPassword string `kong:"-"`
	// Stdout gets the greeting, Stderr the log. Nil discards.
	Stdout io.Writer `kong:"-"`
	Stderr io.Writer `kong:"-"`
	// Ready is called once, when the server accepts connections.
	Ready func(Info) `kong:"-"`
	// Now is the clock; nil means time.Now.
	Now func() time.Time `kong:"-"`
}

// Info has the addresses of a running server.
type Info struct {
	// URL is the server's URL, without a trailing slash.
	URL string
	// Addr is the address that it listens on, HOST:PORT.
	Addr string
	// MailURL is the URL of the local mailbox, with its token, or "" if there is none.
	// With ".json" appended, it returns the same mails as JSON.
	MailURL string
}

// masterKeySuffix is appended to the data folder's name for the default name of the
// master key file.
const masterKeySuffix = ".master-key"

// publicURLPattern allows a host, a port and a plain path, because the URL becomes part
// of tokens, of mails and of commands to paste.
var publicURLPattern = regexp.MustCompile(`^https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?$`)

func (c Config) withDefaults() (Config, error) {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return c, errors.New("--tls-cert and --tls-key belong together: give both or neither")
	}
	if c.SMTP != "" && c.MailFrom == "" {
		return c, errors.New("--smtp needs --mail-from, the sender's address")
	}
	if c.SMTP == "" && c.MailFrom != "" {
		return c, errors.New("--mail-from needs --smtp: without it mail stays in the local mailbox")
	}
	if c.SMTP != "" && c.NoMail {
		return c, errors.New("--smtp and --no-mail exclude each other")
	}
	if c.Data == "" {
		return c, errors.New("--data is empty")
	}
	if c.MasterKeyFile == "" {
		var err error
		if c.MasterKeyFile, err = defaultMasterKeyFile(c.Data); err != nil {
			return c, err
		}
	}
	if c.PublicURL != "" {
		if !publicURLPattern.MatchString(c.PublicURL) {
			return c, fmt.Errorf("--public-url %q is not like https://mail.example.org", c.PublicURL)
		}
		c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	}
	if c.Stdout == nil {
		c.Stdout = io.Discard
	}
	if c.Stderr == nil {
		c.Stderr = io.Discard
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}

// defaultMasterKeyFile returns a path next to the data folder, even if that is "." or
// "dir/..".
func defaultMasterKeyFile(data string) (string, error) {
	clean := filepath.Clean(data)
	if base := filepath.Base(clean); base == "." || base == ".." {
		abs, err := filepath.Abs(clean)
		if err != nil {
			return "", fmt.Errorf("finding the data folder: %w", err)
		}
		clean = abs
	}
	return clean + masterKeySuffix, nil
}

func (c Config) logger() (*slog.Logger, error) {
	var level slog.Level
	if c.LogLevel != "" {
		if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
			return nil, fmt.Errorf("--log-level: %w", err)
		}
	}
	return slog.New(slog.NewJSONHandler(c.Stderr, &slog.HandlerOptions{Level: level})), nil
}

// publicURL returns the URL that clients use for the server at addr.
func (c Config) publicURL(addr net.Addr) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	return c.ownURL(addr)
}

func (c Config) ownURL(addr net.Addr) string {
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return scheme + "://" + addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
