package deadletters

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/adapters/aws/awsconfig"
)

// Consumer is where one consumer's deliveries are.
type Consumer struct {
	// Key names it: "notify", or "inbox-1" for a projection's generation.
	Key string
	// Queue, Dead and Undelivered are the URLs of its queue, of that queue's
	// dead-letter queue and of its rule's.
	Queue, Dead, Undelivered string
	// LogGroup is the name of its function's.
	LogGroup string
}

// Letters reaches the dead letters of a deployment.
type Letters struct {
	sqs     *sqs.Client
	logs    *cloudwatchlogs.Client
	now     func() time.Time
	backoff *retry.ExponentialJitterBackoff
}

// New makes it of a configuration, by whose retries throttling is waited out.
func New(cfg aws.Config, now func() time.Time) *Letters {
	return &Letters{
		// A receive whose answer is lost has hidden what nobody can return.
		sqs:  sqs.NewFromConfig(awsconfig.KeepAnswers(cfg)),
		logs: cloudwatchlogs.NewFromConfig(cfg), now: now, backoff: retry.NewExponentialJitterBackoff(time.Second),
	}
}

// Listing is what is parked.
type Listing struct {
	// Letters begin with the one that failed first.
	Letters []Letter
	// Hidden is about how many more could not be seen, because somebody else holds
	// them at this moment.
	Hidden int
	// More is about how many more were left out: at most [MaxHeld] of a queue are
	// looked at.
	More int
}

// List shows what consumers have parked, each with its reason: of all, or of those
// that are wanted if wanted is not nil. The letters are hidden from others for as
// long as receiving them takes, not while reasons are looked up.
func (l *Letters) List(ctx context.Context, consumers []Consumer, wanted func(ID) bool) (Listing, error) {
	h, err := l.Hold(ctx, consumers, wanted)
	if err != nil {
		return Listing{}, err
	}
	all := h.parked()
	listing := Listing{Letters: make([]Letter, len(all)), Hidden: h.Hidden, More: h.More}
	if err := h.Close(ctx); err != nil {
		return Listing{}, err
	}
	for i, p := range all {
		listing.Letters[i] = p.letter()
	}
	if err := l.explain(ctx, consumers, listing.Letters); err != nil {
		return Listing{}, err
	}
	return listing, nil
}

// explain adds the reasons that are in the consumers' logs.
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

// sorted puts what was sent first first.
func sorted(all []*parked) []*parked {
	slices.SortFunc(all, func(a, b *parked) int {
		return cmp.Or(a.sentAt().Compare(b.sentAt()), strings.Compare(a.id.String(), b.id.String()))
	})
	return all
}
