package operator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sealpost/sealpost/adapters/aws/deadletters"
	"github.com/sealpost/sealpost/internal/stack"
)

// deployment is the parking of a deployment on AWS: the dead-letter queues of its
// consumers.
type deployment struct {
	letters   *deadletters.Letters
	consumers []deadletters.Consumer // sorted by key
	watch     *deadletters.Watch

	hold *deadletters.Hold // of what was taken
	wait time.Duration
	// sent are the ids that redriven deliveries have now, and keep if they fail again.
	sent map[deadletters.ID]bool
}

var _ parking = (*deployment)(nil)

func newDeployment(cfg aws.Config, s stack.Stack) *deployment {
	d := &deployment{letters: deadletters.New(cfg, time.Now), sent: map[deadletters.ID]bool{}}
	d.watch = d.letters.Watch()
	for _, key := range slices.Sorted(maps.Keys(s.Queues)) {
		q := s.Queues[key]
		d.consumers = append(d.consumers, deadletters.Consumer{
			Key: key, Queue: q.Queue, Dead: q.Dead, Undelivered: q.Undelivered, LogGroup: "/aws/lambda/" + s.Functions["consumers-"+key],
		})
	}
	return d
}

// of are the consumers that a name means: one, also by the name of its queue, which
// alarms have, or all generations of a projection, or all for "".
func (d *deployment) of(name string) (found []deadletters.Consumer) {
	for _, c := range d.consumers {
		if name == "" || c.Key == name || generationOf(c.Key) == name || path.Base(c.Queue) == name {
			found = append(found, c)
		}
	}
	return found
}

// generationOf is the projection of a key such as inbox-2, "" for another.
func generationOf(key string) string {
	i := strings.LastIndexByte(key, '-')
	if i < 0 || strings.Trim(key[i+1:], "0123456789") != "" {
		return ""
	}
	return key[:i]
}

func (d *deployment) check(consumer string, ids []string) error {
	keys := map[string]bool{}
	for _, c := range d.of(consumer) {
		keys[c.Key] = true
	}
	if len(keys) == 0 {
		var all []string
		for _, c := range d.consumers {
			all = append(all, c.Key)
		}
		return noConsumer(consumer, all)
	}
	for _, text := range ids {
		id, err := deadletters.ParseID(text)
		if err != nil {
			return err
		}
		if !keys[id.Consumer] {
			return notOf(text, consumer)
		}
	}
	return nil
}

func (d *deployment) list(ctx context.Context, consumer string) (listing, error) {
	found, err := d.letters.List(ctx, d.of(consumer), nil)
	if err != nil {
		return listing{}, err
	}
	return fromQueues(found.Letters, found.Hidden, found.More), nil
}

func fromQueues(found []deadletters.Letter, hidden, more int) listing {
	l := listing{letters: make([]letter, len(found)), hidden: hidden, more: more}
	for i, f := range found {
		l.letters[i] = fromQueue(f)
	}
	return l
}

func fromQueue(l deadletters.Letter) letter {
	return letter{
		ID: l.ID.String(), Consumer: l.ID.Consumer, Type: l.Type, Subject: l.Subject, EventID: l.EventID,
		Attempts: l.Attempts, FirstFailedAt: l.FirstFailedAt, ParkedAt: l.ParkedAt, Reason: l.Reason,
	}
}

func (d *deployment) show(ctx context.Context, text string) (listing, parkedEvent, error) {
	id, err := deadletters.ParseID(text)
	if err != nil {
		return listing{}, nil, err
	}
	found, err := d.letters.List(ctx, d.of(id.Consumer), func(other deadletters.ID) bool { return other == id })
	if err != nil {
		return listing{}, nil, err
	}
	l := fromQueues(found.Letters, found.Hidden, found.More)
	if len(found.Letters) == 0 {
		return l, nil, nil
	}
	body := found.Letters[0].Body
	if json.Valid([]byte(body)) {
		return l, parkedEvent(body), nil
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return listing{}, nil, fmt.Errorf("writing the body of %s: %w", id, err)
	}
	return l, raw, nil
}

func (d *deployment) take(ctx context.Context, consumer string, ids []string) (listing, error) {
	consumers := d.of(consumer)
	wanted := func(id deadletters.ID) bool { return !d.sent[id] }
	if len(ids) > 0 {
		consumers = slices.DeleteFunc(consumers, func(c deadletters.Consumer) bool {
			return !slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, c.Key+"/") })
		})
		wanted = func(id deadletters.ID) bool { return slices.Contains(ids, id.String()) }
	}
	wait, err := d.letters.Patience(ctx, consumers)
	if err != nil {
		return listing{}, err
	}
	hold, err := d.letters.Hold(ctx, consumers, wanted)
	if err != nil {
		return listing{}, err
	}
	d.hold, d.wait = hold, wait
	return fromQueues(hold.Letters(), hold.Hidden, hold.More), nil
}

func (d *deployment) outOfSight() time.Duration { return deadletters.OutOfSight }

func (d *deployment) release(ctx context.Context) error {
	if d.hold == nil {
		return nil
	}
	hold := d.hold
	d.hold = nil
	return hold.Close(ctx)
}

func (d *deployment) redrive(ctx context.Context, texts []string) (moved []string, err error) {
	if d.hold == nil {
		return nil, errors.New("nothing was taken")
	}
	ids := make([]deadletters.ID, len(texts))
	for i, text := range texts {
		if ids[i], err = deadletters.ParseID(text); err != nil {
			return nil, err
		}
	}
	done, err := d.hold.Redrive(ctx, ids...)
	for _, m := range done {
		moved = append(moved, m.ID.String())
		d.sent[m.As] = true
		d.watch.Add(d.of(m.ID.Consumer)[0], m)
	}
	return moved, err
}

func (d *deployment) look(ctx context.Context, _ []string) (map[string]outcome, error) {
	seen, err := d.watch.Look(ctx)
	if err != nil {
		return nil, err
	}
	outcomes := make(map[string]outcome, len(seen))
	for id, o := range seen {
		out := outcome{id: o.As.String(), reason: o.Reason}
		switch o.State {
		case deadletters.Delivered:
			out.state = delivered
		case deadletters.Parked:
			out.state = parkedAgain
		case deadletters.Waiting:
		}
		outcomes[id.String()] = out
	}
	return outcomes, nil
}

// attended is always so: Lambda polls the queues.
func (d *deployment) attended() (bool, error) { return true, nil }

func (d *deployment) patience() time.Duration { return d.wait }

func (d *deployment) words() words {
	return words{
		parkedAgain: "SQS parks them again, each with its new reason, when the visibility timeout of their last attempt is over.",
		late:        "The outcome of what waits did not come in time; its consumer is behind. Ask for it later.",
	}
}
