package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// fault is one that a service behind a function has, and what the function's caller
// sees of it.
type fault struct {
	// of is what the service's action begins with.
	of     string
	answer *spoiled
	// times is how often it happens; 0 for as long as anybody asks.
	times int
	// status and problem are what the caller is answered, "" for no problem.
	status  int
	problem string
	// most is the most calls that the function makes of it for one request.
	most int
}

func failing(status int, code string) *spoiled {
	return &spoiled{status: status, body: fmt.Sprintf(`{"__type":%q,"message":"injected"}`, code)}
}

// retried is how often a call is made that AWS may yet answer (awsconfig).
const retried = 4

var notTaken = &spoiled{status: http.StatusOK, body: `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"ThrottlingException","ErrorMessage":"injected"}]}`}

var (
	whileSending = map[string]fault{
		"the users' table throttles": {of: "DynamoDB_20120810.Query", answer: failing(400, "ProvisionedThroughputExceededException"), status: 500, problem: "internal", most: retried},
		"KMS throttles":              {of: "TrentService.GenerateDataKey", answer: failing(400, "ThrottlingException"), status: 500, problem: "internal", most: retried},
		"the key is disabled":        {of: "TrentService.GenerateDataKey", answer: failing(400, "DisabledException"), status: 500, problem: "internal", most: 1},
		"S3 is down":                 {of: "s3 PUT", answer: &spoiled{status: 503, body: "<Error><Code>SlowDown</Code></Error>"}, status: 500, problem: "internal", most: retried},
		"the bus takes nothing":      {of: "AWSEvents.PutEvents", answer: notTaken, status: 500, problem: "internal", most: retried},
		"the bus takes it later":     {of: "AWSEvents.PutEvents", answer: notTaken, times: 2, status: 202, most: 2},
	}
	whileOpening = map[string]fault{
		"the ciphertext comes cut":  {of: "s3 GET", answer: &spoiled{cut: 3}, status: 500, problem: "internal", most: retried},
		"KMS is down":               {of: "TrentService.Decrypt", answer: unavailable, status: 500, problem: "internal", most: retried},
		"the key is disabled":       {of: "TrentService.Decrypt", answer: failing(400, "DisabledException"), status: 403, problem: "cannot-open", most: 1},
		"the token expires":         {of: "AWSCognitoIdentityService.GetId", answer: failing(400, "NotAuthorizedException"), status: 403, problem: "cannot-open", most: 1},
		"the token expires later":   {of: "AWSCognitoIdentityService.GetCredentialsForIdentity", answer: failing(400, "NotAuthorizedException"), status: 403, problem: "cannot-open", most: 1},
		"the session ended early":   {of: "TrentService.Decrypt", answer: failing(400, "ExpiredTokenException"), times: 1, status: 200, most: 1},
		"the inbox's table is slow": {of: "DynamoDB_20120810.GetItem", answer: failing(500, "InternalServerError"), times: 3, status: 200, most: 3},
	}
	whileMarking = map[string]fault{
		"the bus takes nothing": {of: "AWSEvents.PutEvents", answer: notTaken, status: 500, problem: "internal", most: retried},
	}
)

// whatCallersSee: a service fails behind a function. The caller is told the truth, the
// function gives up in bounded tries, and the same request once more does what was
// asked, once.
func (w *world) whatCallersSee(t *testing.T, server string, alice, bob scenario.Person) {
	before, sent := inbox(t, bob), []string{}
	for name, f := range whileSending {
		t.Run("sending while "+name, func(t *testing.T) {
			r := apiRequest{method: "POST", url: server + "/messages?to=" + bob.Username, token: w.fresh(t, alice), key: w.prefix + name, body: name}
			var accepted struct{ ID string }
			if err := json.Unmarshal(w.survives(t, f, r, http.StatusAccepted), &accepted); err != nil {
				t.Fatal(err)
			}
			sent = append(sent, accepted.ID)
		})
	}
	eventually.True(t, "every message that was acknowledged", func() bool {
		now := inbox(t, bob)
		return !slices.ContainsFunc(sent, func(id string) bool { return now[id] != 1 })
	})
	if n := len(inbox(t, bob)) - len(before); n != len(sent) {
		t.Errorf("%d messages came of %d", n, len(sent))
	}
	at := server + "/messages/" + sent[0]
	for name, f := range whileOpening {
		t.Run("opening while "+name, func(t *testing.T) {
			body := w.survives(t, f, apiRequest{method: "GET", url: at, token: w.fresh(t, bob)}, http.StatusOK)
			if _, ours := whileSending[string(body)]; !ours {
				t.Errorf("opened %q", body)
			}
		})
	}
	for name, f := range whileMarking {
		t.Run("marking while "+name, func(t *testing.T) {
			w.survives(t, f, apiRequest{method: "POST", url: at + "/read", token: w.fresh(t, bob)}, http.StatusAccepted)
		})
	}
}

// comesAgain: the inbox's table is down for longer than a delivery tries. It comes
// again, and the message is there, once.
func (w *world) comesAgain(t *testing.T, alice, bob scenario.Person) {
	const down = retried + 2 // one delivery, and the half of another
	w.waitQueued(t, 0, projections...)
	var mu sync.Mutex
	n := 0
	w.proxy.spoiling(func(action string, body []byte) *spoiled {
		mu.Lock()
		defer mu.Unlock()
		ours := strings.HasSuffix(action, ".UpdateItem") && bytes.Contains(body, []byte(`"`+w.settings["SEALPOST_INBOX_TABLE"]+`"`))
		if !ours || n == down {
			return nil
		}
		n++
		return failing(http.StatusInternalServerError, "InternalServerError")
	})
	defer w.proxy.spoiling(nil)
	id := alice.Post(t, bob.Username, "text/plain", "", []byte("late"))
	eventually.True(t, "the message", func() bool { return inbox(t, bob)[id] == 1 })
	mu.Lock()
	defer mu.Unlock()
	if n != down {
		t.Errorf("it was down for %d calls, want %d", n, down)
	}
}

// fresh is a token that no function has seen before.
func (w *world) fresh(t *testing.T, p scenario.Person) string {
	t.Helper()
	return aws.ToString(w.signIn(t, w.clientID, p.Username).IdToken)
}

// survives makes a request with a fault, then without, and returns the body of the
// second answer.
func (w *world) survives(t *testing.T, f fault, r apiRequest, want int) []byte {
	t.Helper()
	var mu sync.Mutex
	n := 0
	w.proxy.spoiling(func(action string, _ []byte) *spoiled {
		mu.Lock()
		defer mu.Unlock()
		if !strings.HasPrefix(action, f.of) || f.times > 0 && n == f.times {
			return nil
		}
		n++
		return f.answer
	})
	defer w.proxy.spoiling(nil)
	status, body := r.do(t.Context(), t)
	mu.Lock()
	defer mu.Unlock()
	if n == 0 || n > f.most {
		t.Errorf("it happened %d times, want 1 to %d", n, f.most)
	}
	if status != f.status || f.problem != "" && !bytes.Contains(body, []byte(`"type":"urn:sealpost:problem:`+f.problem+`"`)) {
		t.Errorf("answered %d %s, want %d %s", status, body, f.status, f.problem)
	}
	if bytes.Contains(body, []byte("injected")) {
		t.Errorf("the caller sees the cause: %s", body)
	}
	w.proxy.spoiling(nil)
	status, body = r.do(t.Context(), t)
	if status != want {
		t.Errorf("the second time answered %d %s, want %d", status, body, want)
	}
	return body
}

// apiRequest is a request as a client makes it that does not retry.
type apiRequest struct{ method, url, token, key, body string }

func (a apiRequest) do(ctx context.Context, t *testing.T) (status int, body []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, a.method, a.url, strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+a.token)
	r.Header.Set("Accept", "*/*")
	if a.key != "" {
		r.Header.Set("Idempotency-Key", a.key)
		r.Header.Set("Content-Type", "text/plain")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if body, err = io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, body
}
