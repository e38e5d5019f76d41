package operator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
	"github.com/sealpost/sealpost/events"
)

// letterWithEvent is the result of redrive --show.
type letterWithEvent struct {
	letter
	Event parkedEvent `json:"event"`
}

func (c *redriveCmd) show(ctx context.Context, env *cli.Env, p parking) error {
	found, event, err := p.show(ctx, c.Show)
	if err != nil {
		return err
	}
	if len(found.letters) == 0 {
		return c.notParked(c.Show, found)
	}
	l := found.letters[0]
	return env.Result(letterWithEvent{l, event}, showText(l, event))
}

func showText(l letter, event parkedEvent) string {
	published, inside := "at an unknown time", []byte(event)
	if d, err := events.DecodeDelivery(event); err == nil && len(d.Detail) > 0 {
		published, inside = stamp(d.Time), d.Detail
	}
	var detail bytes.Buffer
	if err := json.Indent(&detail, inside, "  ", "  "); err != nil {
		detail.Write(inside) // whatever it is, it is what the consumer got
	}
	return fmt.Sprintf(`%s
  consumer      %s
  event         %s about %s, published %s
  event id      %s
  attempts      %s
  first failed  %s
  parked        %s

Reason
%s

Event
  %s`, l.ID, l.Consumer, terminal.Line(string(l.Type)), terminal.Line(l.Subject), published, terminal.Line(l.EventID), attempts(l.Attempts),
		stamp(l.FirstFailedAt), stamp(l.ParkedAt), indent(terminal.Text(l.Reason)), terminal.Text(detail.String()))
}

// plan is the result of redrive --dry-run.
type plan struct {
	DryRun  bool     `json:"dryRun"`
	Redrive []letter `json:"redrive"`
	// Hidden and More are as in [parkedList].
	Hidden int `json:"hidden,omitempty"`
	More   int `json:"more,omitempty"`
}

func (c *redriveCmd) dryRun(ctx context.Context, env *cli.Env, p parking) error {
	found, err := p.list(ctx, c.Consumer)
	if err != nil {
		return err
	}
	if len(c.ID) > 0 {
		found.letters = named(found.letters, c.ID)
		if err := c.allParked(found); err != nil {
			return err
		}
	}
	text := nothing(found, "Nothing is parked; there is nothing to redrive.")
	rows := [][]string{{"ID", "EVENT", "SUBJECT", "REASON"}}
	for _, l := range found.letters {
		rows = append(rows, []string{l.ID, string(l.Type), l.Subject, kind(l.Reason)})
	}
	if len(found.letters) > 0 {
		text = "Would redrive " + count(len(found.letters)) + ":\n\n" + cli.Table(rows) + others(found)
	}
	return env.Result(plan{true, found.letters, found.hidden, found.more}, text)
}
