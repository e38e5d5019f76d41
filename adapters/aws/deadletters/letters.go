package deadletters

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/adapters/aws/awsconfig"
	"github.com/sealpost/sealpost/ports"
)

// Letters implements [ports.DeadLetters] for a deployment.
type Letters struct {
	sqs       *sqs.Client
	logs      *cloudwatchlogs.Client
	now       func() time.Time
	backoff   *retry.ExponentialJitterBackoff
	consumers []Consumer

	mu sync.Mutex
	// sent has the current ids of redriven deliveries. A delivery that fails again keeps its id.
	sent map[ID]bool

	watching sync.Mutex
	watch    watch
}

var _ ports.DeadLetters = (*Letters)(nil)

// New returns the dead letters of consumers. The configuration's retries must also cover throttling.
func New(cfg aws.Config, consumers []Consumer, now func() time.Time) *Letters {
	return &Letters{
		// A receive whose answer is lost would hide messages that cannot be released.
		sqs:  sqs.NewFromConfig(awsconfig.KeepAnswers(cfg)),
		logs: cloudwatchlogs.NewFromConfig(cfg), now: now, backoff: retry.NewExponentialJitterBackoff(time.Second),
		consumers: consumers, sent: map[ID]bool{}, watch: watch{consumers: map[string]*watched{}},
	}
}

// Delivering implements [ports.DeadLetters]. It returns true, because Lambda always polls the queues.
func (l *Letters) Delivering() (bool, error) { return true, nil }

// Waits implements [ports.DeadLetters].
func (l *Letters) Waits(ctx context.Context, f ports.DeadLetterFilter) (waits ports.RedriveWaits, err error) {
	consumers, err := l.selected(f)
	if err != nil {
		return waits, err
	}
	waits.Hidden = hiddenFor
	for _, c := range consumers {
		p, err := l.policy(ctx, c)
		if err != nil {
			return waits, err
		}
		waits.Outcome = max(waits.Outcome, p.life()+logLag+settled)
	}
	return waits, nil
}

// List implements [ports.DeadLetters]. Letters are hidden from other commands while they are received, but
// not while reasons are looked up.
func (l *Letters) List(ctx context.Context, f ports.DeadLetterFilter) (list ports.DeadLetterList, err error) {
	consumers, err := l.selected(f)
	if err != nil {
		return list, err
	}
	h, err := l.hold(ctx, consumers, f.Selects)
	if err != nil {
		return list, err
	}
	list = h.List()
	if err := h.Close(ctx); err != nil {
		return ports.DeadLetterList{}, err
	}
	if err := l.explain(ctx, consumers, list.Letters); err != nil {
		return ports.DeadLetterList{}, err
	}
	return list, nil
}

func (l *Letters) explain(ctx context.Context, consumers []Consumer, letters []Letter) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(logReaders)
	for _, c := range consumers {
		var mine []*Letter
		for i := range letters {
			if letters[i].ID.Consumer == c.Key && letters[i].Reason == "" {
				mine = append(mine, &letters[i])
			}
		}
		if len(mine) > 0 {
			group.Go(func() error { return l.reasons(ctx, c, mine) })
		}
	}
	return group.Wait()
}

func sorted(all []*parked) []*parked {
	slices.SortFunc(all, func(a, b *parked) int {
		return cmp.Or(a.sentAt().Compare(b.sentAt()), strings.Compare(a.id.String(), b.id.String()))
	})
	return all
}
