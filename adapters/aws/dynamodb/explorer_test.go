package dynamodb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
)

const (
	reader  = "ann"
	message = "01KAV0000000000000000000AA"
	item    = "message#" + message
)

// The changes of the two events.
var (
	storedChange = projection.Change{Key: projection.Key{Owner: reader, Item: message}, Stage: projection.StageUnread}
	readChange   = projection.Change{Key: projection.Key{Owner: reader, Item: message}, Stage: projection.StageRead}
)

// unreadSet is what is explored.
type unreadSet interface {
	ports.Projection
	ports.Unread
}

// explorer runs deliveries of one message's events under every schedule. A schedule
// is a list of choices; each run makes those of a list and then always the first,
// and the next list differs in the last choice that had another. A state that was
// seen before ends its run: what can come of it has been or will be seen.
type explorer struct {
	deliveries string // s is a MessageStored, r a MessageRead
	losses     int
	couriers   []*courier
	counter    unreadSet
	now        shelf
	visited    map[string]bool
}

// courier runs one delivery, again and again until it succeeds.
type courier struct {
	kind   byte
	set    unreadSet
	events chan event
	// pending is the request that waits to be answered; nil when the delivery is
	// acknowledged.
	pending *event
	// heard are the answers since the delivery began: with them its state is known.
	heard string
	// early is true between a look at the table and what follows from it, if the
	// mark came in between. A mark lives longer than this can last.
	early bool
}

// event is that a courier asks something, or that its delivery ended.
type event struct {
	question question
	reply    chan answer // nil at the end
	err      error
}

var errBroken = errors.New("the delivery broke off")

func newExplorer(deliveries string, losses int, subject func(aws.Config) unreadSet) *explorer {
	e := &explorer{deliveries: deliveries, losses: losses, visited: map[string]bool{}}
	for _, kind := range []byte(deliveries) {
		c := &courier{kind: kind, events: make(chan event)}
		c.set = subject(wire(c.roundTrip))
		e.couriers = append(e.couriers, c)
	}
	e.counter = subject(wire(func(q question) (answer, error) { return e.now.do(q) }))
	return e
}

// wire is the configuration of clients whose every request is asked once.
func wire(to func(question) (answer, error)) aws.Config {
	cfg := faults.Config(faults.New(roundTripper(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		q, err := ask(r.Header.Get("X-Amz-Target")[len("DynamoDB_20120810."):], body)
		if err != nil {
			return nil, err
		}
		a, err := to(q)
		if err != nil {
			return nil, err
		}
		return &http.Response{
			StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: http.Header{},
			Body: io.NopCloser(bytes.NewReader([]byte(a.body))), ContentLength: int64(len(a.body)),
		}, nil
	})))
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return cfg
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (c *courier) roundTrip(q question) (answer, error) {
	reply := make(chan answer)
	c.events <- event{question: q, reply: reply}
	a, ok := <-reply
	if !ok {
		return answer{}, errBroken
	}
	return a, nil
}

// begin starts the delivery, and waits for its first request.
func (c *courier) begin(ctx context.Context) error {
	c.heard, c.early = "", false
	change := storedChange
	if c.kind == 'r' {
		change = readChange
	}
	go func() { c.events <- event{err: c.set.Apply(ctx, []projection.Change{change})} }()
	return c.next()
}

func (c *courier) next() error {
	switch e := <-c.events; {
	case e.reply != nil:
		c.pending = &e
	case e.err != nil:
		c.pending = nil
		return e.err
	default:
		c.pending, c.early = nil, false
	}
	return nil
}

// breakOff ends the delivery at its pending request.
func (c *courier) breakOff() error {
	if c.pending == nil {
		return nil
	}
	close(c.pending.reply)
	if err := c.next(); !errors.Is(err, errBroken) {
		return fmt.Errorf("a delivery that broke off ended in %w", err)
	}
	return nil
}

// explore returns what goes wrong, and by which steps; "" if nothing does.
func (e *explorer) explore(ctx context.Context) (violation string, err error) {
	for path := []int{}; ; {
		r := &run{explorer: e, path: path, losses: e.losses}
		if err := r.do(ctx); err != nil {
			return fmt.Sprintf("%v, after:\n%s", err, strings.Join(r.steps, "\n")), nil
		}
		if err := r.end(); err != nil {
			return "", err
		}
		path = r.path[:len(r.widths)]
		for len(path) > 0 && path[len(path)-1] == r.widths[len(path)-1]-1 {
			path = path[:len(path)-1]
		}
		if len(path) == 0 {
			return "", nil
		}
		path = slices.Clone(path)
		path[len(path)-1]++
	}
}
