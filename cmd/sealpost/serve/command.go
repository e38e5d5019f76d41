package serve

import (
	"context"
	"io"
	"os"
)

// Command is `sealpost serve`.
type Command struct {
	Config `embed:""`
}

// Streams are the command's outputs: Out for greetings, Err for the log.
type Streams struct{ Out, Err io.Writer }

// Help is what `sealpost serve --help` says below its first line.
func (*Command) Help() string {
	return `Example:

  sealpost serve
  sealpost serve --addr 0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem --public-url https://mail.example.org \
    --data /var/lib/sealpost --smtp smtp.example.org:587 --mail-from sealpost@example.org

Ctrl-C stops it cleanly. Killing it loses nothing that was acknowledged.`
}

// Run serves until the context ends.
func (c *Command) Run(ctx context.Context, streams Streams) error {
	c.Stdout, c.Stderr = streams.Out, streams.Err
	c.SMTPUser, c.SMTPPassword = os.Getenv("SEALPOST_SMTP_USER"), os.Getenv("SEALPOST_SMTP_PASSWORD")
	return Run(ctx, c.Config)
}
