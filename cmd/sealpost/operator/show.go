package operator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/cmd/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/client/terminal"
	"github.com/sealpost/sealpost/events"
)

// letterWithEvent is the result of redrive --show.
type letterWithEvent struct {
	letter
	Event events.Delivery `json:"event"`
}

func (c *redriveCmd) show(ctx context.Context, env *client.Env, log *eventlog.Log) error {
	id, err := eventlog.ParseLetterID(c.Show)
	if err != nil {
		return usage(err.Error())
	}
	d, event, err := log.Parked(ctx, id)
	if errors.Is(err, eventlog.ErrNotParked) {
		return notParked(c.Show)
	}
	if err != nil {
		return err
	}
	return env.Result(letterWithEvent{shown(d), event}, showText(d, event))
}

func showText(d eventlog.DeadLetter, event events.Delivery) string {
	var detail bytes.Buffer
	if err := json.Indent(&detail, event.Detail, "  ", "  "); err != nil {
		detail.Write(event.Detail) // whatever it is, it is what the consumer got
	}
	return fmt.Sprintf(`%s
  consumer      %s
  event         %s about %s, published %s
  attempts      %d
  first failed  %s
  parked        %s

Reason
%s

Event
  %s`, d.ID(), d.Consumer, terminal.Line(string(d.Type)), terminal.Line(d.Subject), stamp(event.Time), d.Attempts, stamp(d.FirstFailedAt),
		stamp(d.ParkedAt), indent(terminal.Text(d.Reason)), terminal.Text(detail.String()))
}

// plan is the result of redrive --dry-run.
type plan struct {
	DryRun  bool     `json:"dryRun"`
	Redrive []letter `json:"redrive"`
}

func dryRun(env *client.Env, letters []eventlog.DeadLetter) error {
	p := plan{true, []letter{}}
	text := "Nothing is parked; there is nothing to redrive."
	rows := [][]string{{"ID", "EVENT", "SUBJECT", "REASON"}}
	for _, d := range letters {
		p.Redrive = append(p.Redrive, shown(d))
		rows = append(rows, []string{d.ID().String(), string(d.Type), d.Subject, kind(d.Reason)})
	}
	if len(letters) > 0 {
		text = "Would redrive " + count(len(letters)) + ":\n\n" + client.Table(rows)
	}
	return env.Result(p, text)
}
