package operator

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/cmd/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/client/terminal"
	"github.com/sealpost/sealpost/events"
)

// letter is a dead letter as it is shown.
type letter struct {
	ID            eventlog.LetterID `json:"id"`
	Consumer      string            `json:"consumer"`
	Position      int64             `json:"position"`
	Type          events.Type       `json:"type"`
	Subject       string            `json:"subject"`
	Attempts      int               `json:"attempts"`
	FirstFailedAt time.Time         `json:"firstFailedAt"`
	ParkedAt      time.Time         `json:"parkedAt"`
	Reason        string            `json:"reason"`
}

func shown(d eventlog.DeadLetter) letter {
	return letter{d.ID(), d.Consumer, d.Position, d.Type, d.Subject, d.Attempts, d.FirstFailedAt, d.ParkedAt, d.Reason}
}

// group is what failed for the same reason.
type group struct {
	// Reason has "…" where the reasons differ by ids and numbers only.
	Reason  string    `json:"reason"`
	Since   time.Time `json:"since"`
	Letters []letter  `json:"letters"`
}

// parkedList is the result of redrive --list.
type parkedList struct {
	Parked int     `json:"parked"`
	Groups []group `json:"groups"`
}

func list(env *client.Env, letters []eventlog.DeadLetter) error {
	groups := grouped(letters)
	return env.Result(parkedList{len(letters), groups}, listText(len(letters), groups))
}

// varying are the parts of a reason that tell one failure from the next of its
// kind: UUIDs, ULIDs, long hexadecimal, numbers and addresses.
var varying = regexp.MustCompile(`(?i)\b([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-7][0-9A-HJKMNP-TV-Z]{25}|0x[0-9a-f]+|[0-9a-f]{16,}|[0-9]+([.:][0-9]+)*)\b`)

// kind is what the reasons of one group have in common. A panic's stack begins on
// its second line.
func kind(reason string) string {
	first, _, _ := strings.Cut(reason, "\n")
	return varying.ReplaceAllString(first, "…")
}

// grouped keeps the order of the letters: the group that began first comes first.
func grouped(letters []eventlog.DeadLetter) []group {
	groups := []group{}
	place := map[string]int{}
	for _, d := range letters {
		reason := kind(d.Reason)
		i, ok := place[reason]
		if !ok {
			i, place[reason] = len(groups), len(groups)
			groups = append(groups, group{Reason: reason, Since: d.FirstFailedAt})
		}
		if d.FirstFailedAt.Before(groups[i].Since) {
			groups[i].Since = d.FirstFailedAt
		}
		groups[i].Letters = append(groups[i].Letters, shown(d))
	}
	return groups
}

func listText(n int, groups []group) string {
	if n == 0 {
		return "Nothing is parked."
	}
	var parts []string
	for _, g := range groups {
		rows := [][]string{{"ID", "EVENT", "SUBJECT", "ATTEMPTS", "PARKED"}}
		for _, l := range g.Letters {
			rows = append(rows, []string{l.ID.String(), string(l.Type), l.Subject, fmt.Sprint(l.Attempts), stamp(l.ParkedAt)})
		}
		parts = append(parts, fmt.Sprintf("%s\n%s since %s\n\n%s", terminal.Line(g.Reason), count(len(g.Letters)), stamp(g.Since), indent(client.Table(rows))))
	}
	return strings.Join(parts, "\n\n") + "\n\n" + count(n) + " parked. Show one: sealpost redrive --show ID; redrive all: sealpost redrive"
}

// count writes a number of dead letters.
func count(n int) string {
	if n == 1 {
		return "1 delivery"
	}
	return humanize.Comma(int64(n)) + " deliveries"
}

func stamp(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05") }

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
