package client

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

type readCmd struct {
	serverFlags
	ID         string `arg:"" help:"The message's id, as the inbox shows it."`
	Output     string `short:"o" placeholder:"FILE" help:"Save to this file; into a folder under the sender's filename; - is standard output, unchanged even at a terminal."`
	Force      bool   `short:"f" help:"Overwrite the file if it exists."`
	KeepUnread bool   `help:"Do not mark the message as read."`
}

func (readCmd) Help() string {
	return `The message is marked as read once its bytes are safely out. At a terminal a text is shown with control characters made visible, and what is no text is not shown.

Example:

	sealpost read 01KB2M8Z6Q0000000000000000
	sealpost read 01KB2M8Z6Q0000000000000000 -o ~/Downloads`
}

func (c *readCmd) Validate() error {
	if c.Force && (c.Output == "" || c.Output == "-") {
		return cli.Usage("--force goes with -o FILE")
	}
	if c.Output == "-" && c.JSON {
		return cli.Usage("-o - and --json both want standard output")
	}
	return nil
}

// opened is a message in memory. It has at most 4 MiB, and a broken connection then
// leaves no partial file or text.
type opened struct {
	id, contentType, filename string
	body                      []byte
}

// Run opens the message, writes it out, and only then marks it as read. A message that
// was lost on the way must stay unread.
func (c *readCmd) Run(ctx context.Context, env *Env) error {
	api, err := signedIn(ctx, env)
	if err != nil {
		return err
	}
	m, err := fetch(ctx, env, api, c.ID)
	if err != nil {
		return err
	}
	if err := c.put(env, m); err != nil {
		return err
	}
	if c.KeepUnread {
		return nil
	}
	if err := api.MarkRead(ctx, m.id); err != nil {
		f := explain(env, err)
		f.Detail = cmp.Or(f.Detail, f.Title)
		f.Title = "the message is out, but could not be marked as read"
		return f
	}
	return nil
}

func fetch(ctx context.Context, env *Env, api *client.Client, id string) (opened, error) {
	m := opened{id: id}
	err := api.Open(ctx, id, func(o client.Opened) (err error) {
		m.contentType, m.filename = o.ContentType, o.Filename
		progress := terminal.Progress(env.Stderr(), "Opening", o.Size)
		defer progress.Clear()
		m.body, err = io.ReadAll(progress.Watch(o.Body))
		return err
	})
	if err != nil {
		return m, fmt.Errorf("opening the message: %w", err)
	}
	return m, nil
}
