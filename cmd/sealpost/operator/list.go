package operator

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

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
	// Hidden and More are about how many others there are, on AWS: held by somebody
	// else at the moment, and too many to be looked at.
	Hidden int `json:"hidden,omitempty"`
	More   int `json:"more,omitempty"`
}

func (c *redriveCmd) list(ctx context.Context, env *cli.Env, p parking) error {
	l, err := p.list(ctx, c.Consumer)
	if err != nil {
		return err
	}
	groups := grouped(l.letters)
	return env.Result(parkedList{len(l.letters), groups, l.hidden, l.more}, c.listText(l, groups))
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
func grouped(letters []letter) []group {
	groups := []group{}
	place := map[string]int{}
	for _, l := range letters {
		reason := kind(l.Reason)
		i, ok := place[reason]
		if !ok {
			i, place[reason] = len(groups), len(groups)
			groups = append(groups, group{Reason: reason, Since: l.FirstFailedAt})
		}
		if l.FirstFailedAt.Before(groups[i].Since) {
			groups[i].Since = l.FirstFailedAt
		}
		groups[i].Letters = append(groups[i].Letters, l)
	}
	return groups
}

func (c *redriveCmd) listText(l listing, groups []group) string {
	if len(l.letters) == 0 {
		return nothing(l, "Nothing is parked.")
	}
	var parts []string
	for _, g := range groups {
		rows := [][]string{{"ID", "EVENT", "SUBJECT", "ATTEMPTS", "PARKED"}}
		for _, l := range g.Letters {
			rows = append(rows, []string{l.ID, string(l.Type), l.Subject, attempts(l.Attempts), stamp(l.ParkedAt)})
		}
		parts = append(parts, fmt.Sprintf("%s\n%s since %s\n\n%s", terminal.Line(g.Reason), count(len(g.Letters)), stamp(g.Since), indent(cli.Table(rows))))
	}
	return strings.Join(parts, "\n\n") + "\n\n" + count(len(l.letters)) + " parked. Show one: " + c.command("--show ID") + "; redrive all: " +
		c.command() + others(l)
}

// attempts writes how often a delivery was tried.
func attempts(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

// count writes a number of dead letters.
func count(n int) string {
	if n == 1 {
		return "1 delivery"
	}
	return humanize.Comma(int64(n)) + " deliveries"
}

// stamp writes a time; "-" when it is not known.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04:05")
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
