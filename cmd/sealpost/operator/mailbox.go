package operator

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

type mailboxCmd struct {
	dataFlags
	To    string `placeholder:"ADDRESS" help:"Only mail to this address."`
	Limit int    `short:"n" default:"20" placeholder:"N" help:"The newest N (20, at most 1000)."`
}

func (*mailboxCmd) Help() string {
	return `A server without --smtp keeps its mail in the data folder. This shows it on the server's own machine, the newest last. Codes reset passwords, so be sure who asks for one.

Example:

	sealpost mailbox --to alice@example.org`
}

func (c *mailboxCmd) Validate() error {
	if c.Limit < 1 || c.Limit > mail.MaxList {
		return cli.Usage("--limit is between 1 and 1000")
	}
	return nil
}

type keptMail struct {
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
}

func (c *mailboxCmd) Run(ctx context.Context, env *cli.Env) (err error) {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	box, err := mail.NewMailbox(ctx, db)
	if err != nil {
		return err
	}
	mails, err := box.List(ctx, c.To, c.Limit)
	if err != nil {
		return err
	}
	slices.Reverse(mails)
	kept, texts := make([]keptMail, len(mails)), make([]string, len(mails))
	for i, m := range mails {
		kept[i] = keptMail(m)
		texts[i] = cli.Lines(m.At.Local().Format(time.DateTime)+"  to "+m.To, m.Subject) + "\n\n" + strings.TrimSpace(terminal.Text(m.Text)) + "\n"
	}
	if len(mails) == 0 {
		texts = []string{"No mail is kept here."}
	}
	return env.Result(kept, strings.Join(texts, "\n"))
}
