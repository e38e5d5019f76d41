package operator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
	"github.com/sealpost/sealpost/events"
)

type eventsCmd struct {
	backendFlags
	Follow  bool     `short:"f" help:"Go on with what comes, until Ctrl-C."`
	Type    []string `short:"t" placeholder:"T" sep:"," help:"Only events of this type. Repeat it, or separate them by commas."`
	Subject string   `placeholder:"S" help:"Only events about the user or message with this id."`
	After   int64    `placeholder:"POSITION" help:"Begin behind this position. Default: at the beginning."`
	Last    int      `placeholder:"N" help:"Begin with the newest N."`
	Limit   int      `short:"n" placeholder:"N" help:"End after N."`
	Archive bool     `help:"With --stack: read the copy of the archive in its bucket."`
	From    string   `placeholder:"TIME" help:"With --archive: only what was published since then: 2026-11-24, 2026-11-24T09:00:00Z, or 36h for so long ago."`
	Until   string   `placeholder:"TIME" help:"With --archive: only what was published before then."`
}

func (*eventsCmd) Help() string {
	return `The log is every change of state, in order, and never forgets. A line is position, time, type, subject and data. With --json each event is one line of JSON: its position, and the event in the envelope in which subscribers get it.

On AWS the log is the archive of EventBridge, which can be replayed and not read. --archive reads its copy in S3, about in the order of arrival and some events twice, without positions.

Example:

	sealpost events --last 20 --follow
	sealpost events --type MessageStored --type MessageRead --json
	sealpost events --subject 01KB2M8Z6Q0000000000000000
	sealpost events --archive --from 36h --stack stack.json`
}

func (c *eventsCmd) Validate() error {
	switch {
	case c.After < 0 || c.Last < 0 || c.Limit < 0:
		return cli.Usage("--after, --last and --limit are not negative")
	case c.Archive && c.Stack == "":
		return cli.Usage("--archive reads the copy of the archive on AWS: it goes with --stack")
	case c.Archive && (c.Follow || c.After > 0 || c.Last > 0):
		return cli.Usage("the copy of the archive has no positions and no end: --follow, --after and --last do not go with --archive")
	case !c.Archive && (c.From != "" || c.Until != ""):
		return cli.Usage("--from and --until go with --archive; by positions, see --after and --last")
	case c.After > 0 && c.Last > 0:
		return cli.Usage("--after and --last both say where to begin: give one")
	}
	for _, name := range c.Type {
		if !slices.Contains(events.Types(), events.Type(name)) {
			return cli.Usage(fmt.Sprintf("there is no event type %q; there are %s", name, typeNames()))
		}
	}
	return nil
}

func typeNames() string {
	var names []string
	for _, t := range events.Types() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

// pageSize is the number of events in one read.
const pageSize = 500

// pollEvery is how often --follow checks for events of another process.
const pollEvery = 200 * time.Millisecond

func (c *eventsCmd) Run(ctx context.Context, env *cli.Env) error {
	if c.Archive {
		return c.writeCopy(ctx, env)
	}
	return c.withLog(ctx, func(_ *sqlite.DB, log *eventlog.Log) (err error) {
		filter := eventlog.Filter{Subject: c.Subject}
		for _, name := range c.Type {
			filter.Types = append(filter.Types, events.Type(name))
		}
		after := c.After
		if err := c.checkAfter(ctx, log); err != nil {
			return err
		}
		if c.Last > 0 {
			if after, err = log.BeforeLast(ctx, c.Last, filter); err != nil {
				return err
			}
		}
		return c.write(ctx, env, log, after, filter)
	})
}

// checkAfter refuses a position ahead of the log, as GET /events does. Waiting for it
// would silently skip the events in between.
func (c *eventsCmd) checkAfter(ctx context.Context, log *eventlog.Log) error {
	head, err := log.Head(ctx)
	if err != nil || c.After <= head {
		return err
	}
	return cli.Fail(cli.ExitRefused, "bad-cursor", fmt.Sprintf("position %d is ahead of the log, which ends at %d", c.After, head),
		"It is from another data folder, or this one was restored from a backup older than it.", "sealpost events --last 20")
}

func (c *eventsCmd) write(ctx context.Context, env *cli.Env, log *eventlog.Log, after int64, filter eventlog.Filter) error {
	for left := c.Limit; ; {
		size := pageSize
		if c.Limit > 0 {
			size = min(size, left)
		}
		entries, next, err := log.Read(ctx, after, size, filter)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := writeEntry(env, e); err != nil {
				return fmt.Errorf("writing an event: %w", err)
			}
		}
		left -= len(entries)
		if c.Limit > 0 && left == 0 || next == after && !c.Follow {
			return nil
		}
		if next == after {
			if err := pause(ctx, pollEvery); err != nil {
				return err
			}
		}
		after = next
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

type entry struct {
	Position int64 `json:"position,omitzero"`
	events.Delivery
}

func writeEntry(env *cli.Env, e eventlog.Entry) error {
	if env.JSON() {
		enc := json.NewEncoder(env.Stdout())
		enc.SetEscapeHTML(false)
		return enc.Encode(entry{e.Position, e.Delivery})
	}
	_, err := io.WriteString(env.Stdout(), terminal.Line(line(e))+"\n")
	return err
}

// line formats an event for people. Long values are cut.
func line(e eventlog.Entry) string {
	var d struct {
		Metadata events.Metadata `json:"metadata"`
		Data     map[string]any  `json:"data"`
	}
	dec := json.NewDecoder(bytes.NewReader(e.Delivery.Detail))
	dec.UseNumber() // otherwise a large size is written like 1e+06
	if err := dec.Decode(&d); err != nil {
		return fmt.Sprintf("%d  %s  %s  cannot be read: %v", e.Position, e.Delivery.Time.Format(time.RFC3339), e.Delivery.DetailType, err)
	}
	position := ""
	if e.Position > 0 { // events in an archive's copy have none
		position = fmt.Sprintf("%6d  ", e.Position)
	}
	parts := []string{fmt.Sprintf("%s%s  %-16s  %s", position, d.Metadata.Time.UTC().Format(time.RFC3339), e.Delivery.DetailType, d.Metadata.Subject)}
	for _, key := range sortedKeys(d.Data) {
		if text := fmt.Sprint(d.Data[key]); text != d.Metadata.Subject { // the line has it already
			parts = append(parts, key+"="+clip(text))
		}
	}
	return strings.Join(parts, "  ")
}

// maxValue is the most characters of a value in a line. Ids have at most 36.
const maxValue = 40

func clip(s string) string {
	if r := []rune(s); len(r) > maxValue {
		return string(r[:maxValue]) + "…"
	}
	return s
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
