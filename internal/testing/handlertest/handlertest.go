// Package handlertest has helpers for tests of handlers: requests with a caller, and a
// bus that records or refuses events.
package handlertest

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/rest"
)

// The caller of every request.
const (
	CallerID   = "11111111-0000-4000-8000-000000000001"
	CallerName = "alice"
)

// Log discards.
var Log = slog.New(slog.DiscardHandler)

// Now is a fixed clock.
func Now() time.Time { return time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC) }

// Request returns a request of the caller, changed by edit.
func Request(edit func(*lambdaevents.APIGatewayProxyRequest)) lambdaevents.APIGatewayProxyRequest {
	req := lambdaevents.APIGatewayProxyRequest{
		Headers: map[string]string{}, QueryStringParameters: map[string]string{}, PathParameters: map[string]string{},
	}
	req.RequestContext.RequestID = "request-1"
	req.RequestContext.Authorizer = map[string]any{"claims": map[string]any{
		"token_use": "id", "sub": CallerID, "cognito:username": CallerName,
	}}
	if edit != nil {
		edit(&req)
	}
	return req
}

// Call calls the function.
func Call(t testing.TB, f rest.Function, req lambdaevents.APIGatewayProxyRequest) lambdaevents.APIGatewayProxyResponse {
	t.Helper()
	res, err := f(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// Expect checks the status of an answer, and for a failure the problem's name.
func Expect(t testing.TB, res lambdaevents.APIGatewayProxyResponse, status int, problem string) {
	t.Helper()
	if res.StatusCode != status {
		t.Errorf("status %d, want %d: %s", res.StatusCode, status, res.Body)
	}
	if problem == "" {
		return
	}
	var p rest.Problem
	if err := json.Unmarshal([]byte(res.Body), &p); err != nil {
		t.Fatalf("%q: %v", res.Body, err)
	}
	if p.Type != rest.ProblemPrefix+problem {
		t.Errorf("problem %q, want %q", p.Type, problem)
	}
}

// Bus records published events, unless Err is set.
type Bus struct {
	Err error

	mu        sync.Mutex
	published []events.Event
}

// Publish implements ports.Bus.
func (b *Bus) Publish(_ context.Context, evs ...events.Event) error {
	if b.Err != nil {
		return b.Err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.published = append(b.published, evs...)
	return nil
}

// Published returns the events published so far.
func (b *Bus) Published() []events.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]events.Event(nil), b.published...)
}

// Batch returns the events as a queue delivers them, with ids "0", "1", ….
func Batch(t testing.TB, evs ...events.Event) lambdaevents.SQSEvent {
	t.Helper()
	var batch lambdaevents.SQSEvent
	for i, ev := range evs {
		detail, err := events.EncodeDetail(ev)
		if err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(events.Delivery{Source: ev.Source(), DetailType: string(ev.Type()), Detail: detail})
		if err != nil {
			t.Fatal(err)
		}
		batch.Records = append(batch.Records, lambdaevents.SQSMessage{MessageId: string(rune('0' + i)), Body: string(body)})
	}
	return batch
}

// Failures handles the batch and returns the ids of failed deliveries.
func Failures(t testing.TB, handle func(context.Context, lambdaevents.SQSEvent) (lambdaevents.SQSEventResponse, error), batch lambdaevents.SQSEvent) []string {
	t.Helper()
	res, err := handle(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, f := range res.BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return ids
}
