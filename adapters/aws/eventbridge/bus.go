// Package eventbridge publishes events on an EventBridge bus.
//
// PutEvents to a bus that does not exist answers 200 and drops the event (PutEvents API reference), which no
// code here can notice. A deployment is therefore checked by a smoke test that sees an event arrive.
package eventbridge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	smithytime "github.com/aws/smithy-go/time"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// rounds is how often refused entries are sent, including the first time. The SDK's retries of whole calls
// come on top.
const rounds = 4

// maxBackoff is the longest wait between two rounds.
const maxBackoff = time.Second

// Bus implements [ports.Bus].
type Bus struct {
	client     *sdk.Client
	name       string
	endpointID *string
	backoff    retry.BackoffDelayer
}

var _ ports.Bus = (*Bus)(nil)

// Option changes a bus.
type Option func(*Bus)

// WithEndpointID publishes through an EventBridge global endpoint, which fails over to another region. Empty
// means none.
func WithEndpointID(id string) Option {
	return func(b *Bus) {
		if id != "" {
			b.endpointID = aws.String(id)
		}
	}
}

// New returns the bus with a name or an ARN.
func New(cfg aws.Config, bus string, options ...Option) *Bus {
	b := &Bus{client: sdk.NewFromConfig(cfg), name: bus, backoff: retry.NewExponentialJitterBackoff(maxBackoff)}
	for _, set := range options {
		set(b)
	}
	return b
}

// Publish implements [ports.Bus]. It stops at the first call that publishes nothing, because its cause (no
// permission, no network) would fail the rest too.
func (b *Bus) Publish(ctx context.Context, evs ...events.Event) error {
	all := make([]outgoing, 0, len(evs))
	for _, ev := range evs {
		o, err := encode(b.name, ev)
		if err != nil {
			return err
		}
		all = append(all, o)
	}
	var failed []outgoing
	var causes []error
	calls := chunks(all)
	for i, call := range calls {
		lost, err := b.put(ctx, call)
		if err == nil {
			continue
		}
		failed, causes = append(failed, lost...), append(causes, err)
		if len(lost) == len(call) {
			for _, rest := range calls[i+1:] {
				failed = append(failed, rest...)
			}
			break
		}
	}
	return publishError(failed, causes)
}

func publishError(failed []outgoing, causes []error) error {
	if len(failed) == 0 {
		return nil
	}
	e := &ports.PublishError{Cause: errors.Join(causes...)}
	for _, o := range failed {
		e.Failed = append(e.Failed, o.event)
	}
	return e
}

// put sends one call's entries until all are accepted or a retry cannot help. It returns the refused entries
// and the reason.
func (b *Bus) put(ctx context.Context, left []outgoing) (failed []outgoing, err error) {
	var causes []error
	for round := 1; ; round++ {
		r, err := b.once(ctx, left)
		if err != nil {
			return append(failed, left...), errors.Join(append(causes, err)...)
		}
		failed, left = append(failed, r.dead...), r.again
		if r.deadCause != nil {
			causes = append(causes, r.deadCause)
		}
		if len(left) == 0 {
			return failed, errors.Join(causes...)
		}
		if round == rounds {
			return append(failed, left...), errors.Join(append(causes, r.againCause)...)
		}
		if err := b.wait(ctx, round, r.againCause); err != nil {
			return append(failed, left...), errors.Join(append(causes, r.againCause, err)...)
		}
	}
}

// refused has the entries that one call refused: those worth a retry, and those that are not.
type refused struct {
	again, dead           []outgoing
	againCause, deadCause error
}

// once makes one call and checks every entry's result, because PutEvents answers 200 even if it accepted
// none.
func (b *Bus) once(ctx context.Context, entries []outgoing) (refused, error) {
	in := &sdk.PutEventsInput{EndpointId: b.endpointID}
	for _, o := range entries {
		in.Entries = append(in.Entries, o.entry)
	}
	out, err := b.client.PutEvents(ctx, in)
	if err != nil {
		return refused{}, fmt.Errorf("putting events: %w", err)
	}
	if len(out.Entries) != len(entries) {
		return refused{}, fmt.Errorf("putting events: %d results for %d entries", len(out.Entries), len(entries))
	}
	var r refused
	for i, result := range out.Entries {
		if result.EventId != nil && result.ErrorCode == nil {
			continue
		}
		cause := &EntryError{Code: aws.ToString(result.ErrorCode), Message: aws.ToString(result.ErrorMessage)}
		if cause.retryable() {
			r.again, r.againCause = append(r.again, entries[i]), cause
		} else {
			r.dead, r.deadCause = append(r.dead, entries[i]), cause
		}
	}
	return r, nil
}

func (b *Bus) wait(ctx context.Context, round int, cause error) error {
	d, err := b.backoff.BackoffDelay(round, cause)
	if err != nil {
		return fmt.Errorf("waiting to publish again: %w", err)
	}
	if err := smithytime.SleepWithContext(ctx, d); err != nil {
		return fmt.Errorf("waiting to publish again: %w", err)
	}
	return nil
}

// EntryError is EventBridge's reason for refusing an entry.
type EntryError struct {
	// Code is as in the PutEvents API reference, such as ThrottlingException.
	Code    string
	Message string
}

// Error implements error.
func (e *EntryError) Error() string {
	return fmt.Sprintf("event refused: %s: %s", e.Code, e.Message)
}

// retryable reports whether the API reference calls the code retryable. It is also true for unknown codes:
// giving up on an event that could be published is worse than three useless attempts.
func (e *EntryError) retryable() bool {
	switch e.Code {
	case "AccessDeniedException", "InvalidAccountIdException", "InvalidArgument", "MalformedDetail",
		"RedactionFailure", "NotAuthorizedForSourceException", "NotAuthorizedForDetailTypeException":
		return false
	}
	return true
}
