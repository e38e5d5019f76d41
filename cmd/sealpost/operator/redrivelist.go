package operator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// letter is a dead letter as --json writes it.
type letter struct {
	Consumer string `json:"consumer"`
	ports.DeadLetter
}

func lettersOf(list ports.DeadLetterList) []letter {
	all := make([]letter, len(list.Letters))
	for i, l := range list.Letters {
		all[i] = letter{l.ID.Consumer, l}
	}
	return all
}

type group struct {
	// Reason has "…" where the reasons differ only by ids and numbers.
	Reason  string    `json:"reason"`
	Since   time.Time `json:"since"`
	Letters []letter  `json:"letters"`
}

// parkedList is the result of redrive --list. Hidden and More are those of
// [ports.DeadLetterList].
type parkedList struct {
	Parked int     `json:"parked"`
	Groups []group `json:"groups"`
	Hidden int     `json:"hidden,omitempty"`
	More   int     `json:"more,omitempty"`
}

func (c *redriveCmd) list(ctx context.Context, env *cli.Env, d ports.DeadLetters, f ports.DeadLetterFilter) error {
	list, err := d.List(ctx, f)
	if err != nil {
		return err
	}
	groups := grouped(lettersOf(list))
	return env.Result(parkedList{len(list.Letters), groups, list.Hidden, list.More}, c.listText(list, groups))
}

// varying matches the varying parts of reasons: UUIDs, ULIDs, long hexadecimal, numbers
// and addresses.
var varying = regexp.MustCompile(`(?i)\b([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-7][0-9A-HJKMNP-TV-Z]{25}|0x[0-9a-f]+|[0-9a-f]{16,}|[0-9]+([.:][0-9]+)*)\b`)

// kind returns the part that the reasons of one group share. The stack of a panic
// begins on the second line.
func kind(reason string) string {
	first, _, _ := strings.Cut(reason, "\n")
	return varying.ReplaceAllString(first, "…")
}

// grouped keeps the order of the letters, so groups are in the order of their first
// letter.
func grouped(letters []letter) []group {
	groups := []group{}
	index := map[string]int{}
	for _, l := range letters {
		reason := kind(l.Reason)
		i, ok := index[reason]
		if !ok {
			i, index[reason] = len(groups), len(groups)
			groups = append(groups, group{Reason: reason, Since: l.FirstFailedAt})
		}
		if l.FirstFailedAt.Before(groups[i].Since) {
			groups[i].Since = l.FirstFailedAt
		}
		groups[i].Letters = append(groups[i].Letters, l)
	}
	return groups
}

func (c *redriveCmd) listText(list ports.DeadLetterList, groups []group) string {
	if len(list.Letters) == 0 {
		return emptyText(list, "Nothing is parked.")
	}
	var parts []string
	for _, g := range groups {
		rows := [][]string{{"ID", "EVENT", "SUBJECT", "ATTEMPTS", "PARKED"}}
		for _, l := range g.Letters {
			rows = append(rows, []string{l.ID.String(), string(l.Type), l.Subject, attempts(l.Attempts), stamp(l.ParkedAt)})
		}
		parts = append(parts, fmt.Sprintf("%s\n%s since %s\n\n%s", terminal.Line(g.Reason), count(len(g.Letters)), stamp(g.Since), indent(cli.Table(rows))))
	}
	return strings.Join(parts, "\n\n") + "\n\n" + count(len(list.Letters)) + " parked. Show one: " + c.command("redrive", "--show ID") +
		"; redrive all: " + c.command("redrive") + unread(list)
}

// emptyText returns the text for an empty list; parked is the text if nothing is
// hidden.
func emptyText(list ports.DeadLetterList, parked string) string {
	if list.Hidden > 0 {
		parked = "Nothing can be read."
	}
	return parked + unread(list)
}

type letterWithEvent struct {
	letter
	Event json.RawMessage `json:"event"`
}

func (c *redriveCmd) show(ctx context.Context, env *cli.Env, d ports.DeadLetters, f ports.DeadLetterFilter) error {
	list, err := d.List(ctx, f)
	if err != nil {
		return err
	}
	if err := c.checkAll(list, f); err != nil {
		return err
	}
	l := lettersOf(list)[0]
	return env.Result(letterWithEvent{l, l.Event}, showText(l))
}

func showText(l letter) string {
	published, inside := "at an unknown time", []byte(l.Event)
	if d, err := events.DecodeDelivery(l.Event); err == nil && len(d.Detail) > 0 {
		published, inside = stamp(d.Time), d.Detail
	}
	var detail bytes.Buffer
	if err := json.Indent(&detail, inside, "  ", "  "); err != nil {
		detail.Write(inside) // the exact body that the consumer received
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

type plan struct {
	DryRun  bool     `json:"dryRun"`
	Redrive []letter `json:"redrive"`
	Hidden  int      `json:"hidden,omitempty"`
	More    int      `json:"more,omitempty"`
}

func (c *redriveCmd) dryRun(ctx context.Context, env *cli.Env, d ports.DeadLetters, f ports.DeadLetterFilter) error {
	list, err := d.List(ctx, f)
	if err != nil {
		return err
	}
	if err := c.checkAll(list, f); err != nil {
		return err
	}
	text := emptyText(list, "Nothing is parked; there is nothing to redrive.")
	rows := [][]string{{"ID", "EVENT", "SUBJECT", "REASON"}}
	for _, l := range list.Letters {
		rows = append(rows, []string{l.ID.String(), string(l.Type), l.Subject, kind(l.Reason)})
	}
	if len(list.Letters) > 0 {
		text = "Would redrive " + count(len(list.Letters)) + ":\n\n" + cli.Table(rows) + unread(list)
	}
	return env.Result(plan{true, lettersOf(list), list.Hidden, list.More}, text)
}

// attempts formats a number of attempts; "-" if unknown.
func attempts(n int) string {
	if n == 0 {
		return "-"
	}
	return humanize.Comma(int64(n))
}

func count(n int) string { return plural(int64(n), "delivery", "deliveries") }

// plural formats a number with its noun; many is "" for a regular plural.
func plural(n int64, one, many string) string {
	return humanize.Comma(n) + " " + english.PluralWord(int(n), one, many)
}

// stamp formats a time; "-" if unknown.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04:05")
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
