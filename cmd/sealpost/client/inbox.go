package client

import (
	"cmp"
	"context"

	"github.com/dustin/go-humanize"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

type inboxCmd struct {
	serverFlags
	pageFlags
	Unread bool `help:"Show the unread messages only."`
}

func (inboxCmd) Help() string {
	return `Example:

	sealpost inbox --unread
	sealpost inbox --limit 10 --json`
}

type messageList struct {
	Messages []client.InboxMessage `json:"messages"`
	// More reports whether there are more messages than the limit.
	More bool `json:"more"`
}

func (c *inboxCmd) Run(ctx context.Context, env *Env) error {
	api, err := signedIn(ctx, env)
	if err != nil {
		return err
	}
	messages, more, err := collect(c.pageFlags, func(page client.Page) ([]client.InboxMessage, string, error) {
		list, err := api.Inbox(ctx, c.Unread, page)
		return list.Messages, list.Next, err
	})
	if err != nil {
		return err
	}
	if more {
		env.Notice("There are more; show them with --all.")
	}
	return env.Result(messageList{messages, more}, inboxText(messages, c.Unread))
}

func inboxText(messages []client.InboxMessage, unread bool) string {
	switch {
	case len(messages) == 0 && unread:
		return "No unread messages."
	case len(messages) == 0:
		return "No messages."
	}
	rows := [][]string{{"ID", "FROM", "SIZE", "SENT", "STATE"}}
	for _, m := range messages {
		rows = append(rows, []string{
			m.ID, cmp.Or(m.From.String(), m.From.UserID), size(m.Size),
			m.SentAt.Local().Format("2006-01-02 15:04"), map[bool]string{true: "read", false: "unread"}[m.Read],
		})
	}
	return cli.Table(rows)
}

// size formats bytes for people, such as "1.2 KiB".
func size(bytes int64) string {
	return humanize.IBytes(uint64(max(bytes, 0)))
}
