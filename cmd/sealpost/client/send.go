package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

type sendCmd struct {
	serverFlags
	To             string        `short:"t" required:"" placeholder:"NAME" help:"The recipient's username."`
	File           string        `arg:"" optional:"" help:"The file to send; - or nothing is standard input."`
	Message        *string       `short:"m" allowempty:"" placeholder:"TEXT" help:"Send this text."`
	Name           string        `placeholder:"NAME" help:"The filename that the recipient sees. Default: that of FILE."`
	ContentType    string        `placeholder:"TYPE" help:"The content type that the recipient sees. Default: by the filename, or else by the content."`
	Wait           time.Duration `default:"30s" help:"How long to keep trying while the recipient cannot receive yet or the server is busy; 0s tries once."`
	IdempotencyKey string        `placeholder:"KEY" help:"A random string for this message alone. Sending the same message again under the same key stores nothing more and prints the same id; another message (recipient, content, name or type) is refused. Default: a new one, which the retries of this command share."`
}

func (sendCmd) Help() string {
	return `Only the recipient can open the message. It has at most 4 MiB.

Example:

	sealpost send --to bob report.pdf
	sealpost send --to bob --message "lunch at noon?"
	tar cz notes/ | sealpost send --to bob --name notes.tar.gz`
}

func (c *sendCmd) Validate() error {
	if c.Message != nil && c.File != "" {
		return cli.Usage("give --message or FILE, not both")
	}
	if err := (client.Message{ContentType: c.ContentType, IdempotencyKey: c.IdempotencyKey}).Check(); err != nil {
		return cli.Usage(err.Error())
	}
	if c.Wait < 0 {
		return cli.Usage("--wait is not negative")
	}
	return nil
}

type sent struct {
	ID          string `json:"id"`
	To          string `json:"to"`
	Size        int    `json:"size"`
	ContentType string `json:"contentType"`
	Filename    string `json:"filename,omitempty"`
}

// Run sends a message. It checks the file before it calls the server.
func (c *sendCmd) Run(ctx context.Context, env *Env) error {
	content, err := c.load(ctx, env)
	if err != nil {
		return err
	}
	api, err := signedIn(ctx, env)
	if err != nil {
		return err
	}
	api.Retry.For = c.Wait
	id, err := c.transfer(ctx, env, api, content)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("Sent %s to %s.\nid: %s", size(int64(len(content.body))), c.To, id)
	return env.Result(sent{id, c.To, len(content.body), content.contentType, content.filename}, terminal.Text(text))
}

func (c *sendCmd) transfer(ctx context.Context, env *Env, api *client.Client, content content) (string, error) {
	key := c.IdempotencyKey
	if key == "" {
		key = rand.Text()
	}
	progress := terminal.Progress(env.Stderr(), "Sending", int64(len(content.body)))
	id, err := api.Send(ctx, client.Message{
		To: c.To, ContentType: content.contentType, Filename: content.filename,
		Body: bytes.NewReader(content.body), Size: int64(len(content.body)),
		IdempotencyKey: key, Watch: progress.Watch,
	})
	progress.Clear()
	if err == nil {
		return id, nil
	}
	var away *client.UnreachableError
	if errors.As(err, &away) {
		// Perhaps only the answer was lost, and the message was stored.
		f := explain(env, err)
		f.Next = "the message may have been stored; to send it once for certain, send it again with --idempotency-key " + quote(key)
		return "", f
	}
	return "", err
}
