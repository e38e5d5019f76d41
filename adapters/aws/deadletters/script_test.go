package deadletters_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/aws/deadletters"
	"github.com/sealpost/sealpost/internal/testing/faults"
)

// script answers in AWS's place, for what takes longer than a test may and for what
// the emulator does not do: counts that lag, logs in pages. It runs in a bubble.
type script struct {
	mu sync.Mutex
	// queues are the messages that can be received, by queue; counts is what a queue
	// says of itself where that is not their number, and hidden how many more it says
	// that somebody holds.
	queues map[string][]string
	counts map[string]int
	hidden map[string]int
	// pages are the log's pages, given one for each call; then it is empty.
	pages [][]string
	calls []scripted
	// refuse answers an operation with an error, hanging is one without an answer.
	refuse  map[string]string
	hanging string
}

type scripted struct {
	at        time.Time
	operation string
	body      map[string]any
}

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	c := scripted{at: time.Now(), operation: req.Header.Get("X-Amz-Target"), body: map[string]any{}}
	c.operation = c.operation[strings.LastIndexByte(c.operation, '.')+1:]
	if err := json.Unmarshal(raw, &c.body); err != nil {
		return nil, err
	}
	if c.operation == s.hanging {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	status, answer := http.StatusOK, any(map[string]string{"__type": s.refuse[c.operation]})
	if s.refuse[c.operation] != "" {
		status = http.StatusBadRequest
	} else if answer, err = s.answer(c); err != nil {
		return nil, err
	}
	out, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body: io.NopCloser(bytes.NewReader(out)), ContentLength: int64(len(out)), Request: req}, nil
}

func (s *script) answer(c scripted) (any, error) {
	url := fmt.Sprint(c.body["QueueUrl"])
	switch c.operation {
	case "GetQueueAttributes":
		n, said := s.counts[url]
		if !said {
			n = len(s.queues[url])
		}
		return map[string]any{"Attributes": map[string]string{
			"ApproximateNumberOfMessages": fmt.Sprint(n), "ApproximateNumberOfMessagesNotVisible": fmt.Sprint(s.hidden[url]), "ApproximateNumberOfMessagesDelayed": "0",
			"VisibilityTimeout": "60", "DelaySeconds": "5", "RedrivePolicy": `{"maxReceiveCount":"4"}`,
		}}, nil
	case "ReceiveMessage":
		var messages []any
		for _, id := range s.queues[url] {
			sum := md5.Sum([]byte("{}"))
			messages = append(messages, map[string]any{"MessageId": id, "ReceiptHandle": "handle-" + id, "Body": "{}", "MD5OfBody": hex.EncodeToString(sum[:]),
				"Attributes": map[string]string{"SentTimestamp": fmt.Sprint(time.Now().Add(-24 * time.Hour).UnixMilli())}})
		}
		s.queues[url] = nil
		return map[string]any{"Messages": messages}, nil
	case "ChangeMessageVisibilityBatch":
		var well []any
		for _, e := range entriesOf(c) {
			well = append(well, map[string]any{"Id": e["Id"]})
			if e["VisibilityTimeout"] == 0.0 {
				s.queues[url] = append(s.queues[url], strings.TrimPrefix(fmt.Sprint(e["ReceiptHandle"]), "handle-"))
			}
		}
		return map[string]any{"Successful": well}, nil
	case "FilterLogEvents":
		if len(s.pages) == 0 {
			return map[string]any{}, nil
		}
		var events []any
		for _, text := range s.pages[0] {
			events = append(events, map[string]any{"message": text, "timestamp": time.Now().UnixMilli()})
		}
		s.pages = s.pages[1:]
		out := map[string]any{"events": events}
		if len(s.pages) > 0 {
			out["nextToken"] = fmt.Sprint(len(s.pages))
		}
		return out, nil
	}
	return nil, fmt.Errorf("%s is not expected here", c.operation)
}

func entriesOf(c scripted) (out []map[string]any) {
	all, _ := c.body["Entries"].([]any)
	for _, e := range all {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func (s *script) of(operation string) (out []scripted) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		if c.operation == operation {
			out = append(out, c)
		}
	}
	return out
}

func (s *script) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// scriptedLetters are those of one consumer, over a script.
func scriptedLetters(t *testing.T) (*script, *deadletters.Letters, deadletters.Consumer) {
	t.Helper()
	s := &script{queues: map[string][]string{}, counts: map[string]int{}, hidden: map[string]int{}, refuse: map[string]string{}}
	c := deadletters.Consumer{Key: "inbox-1", Queue: "queue", Dead: "dead", Undelivered: "undelivered", LogGroup: "log"}
	return s, deadletters.New(faults.Config(faults.New(s)), []deadletters.Consumer{c}, time.Now), c
}
