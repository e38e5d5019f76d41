package lambdahost

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
)

// output is what a function writes, as Lambda hands it to CloudWatch.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

type line = map[string]any

// lines parses all that was written: every line must be JSON.
func (o *output) lines(t *testing.T) []line {
	t.Helper()
	var out []line
	for text := range strings.Lines(o.String()) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("line %q: %v", text, err)
		}
		out = append(out, l)
	}
	return out
}

// log returns the lines with a message.
func (o *output) log(t *testing.T, msg string) []line {
	t.Helper()
	var out []line
	for _, l := range o.lines(t) {
		if l["message"] == msg {
			out = append(out, l)
		}
	}
	return out
}

// metrics returns the one line in embedded metric format, after checking its form.
func (o *output) metrics(t *testing.T) line {
	t.Helper()
	var found line
	for _, l := range o.lines(t) {
		if l["_aws"] == nil {
			continue
		}
		if found != nil {
			t.Fatal("more than one line of metrics")
		}
		found = l
	}
	raw, err := json.Marshal(found["_aws"])
	if err != nil {
		t.Fatal(err)
	}
	var meta struct {
		Timestamp         int64
		CloudWatchMetrics []emfDirective
	}
	if err := json.Unmarshal(raw, &meta); err != nil || len(meta.CloudWatchMetrics) != 1 || meta.Timestamp == 0 {
		t.Fatalf("metadata %s, error %v", raw, err)
	}
	d := meta.CloudWatchMetrics[0]
	if d.Namespace != "Sealpost" || found["Function"] != "test-function" {
		t.Errorf("namespace %q, function %v", d.Namespace, found["Function"])
	}
	for _, m := range d.Metrics {
		if found[m.Name] == nil {
			t.Errorf("metric %s has no value", m.Name)
		}
	}
	return found
}

func newTestHost(t *testing.T) (*Host, *output) {
	t.Helper()
	out := &output{}
	h, err := NewHost(aws.Config{}, envOf(map[string]string{"AWS_LAMBDA_FUNCTION_NAME": "test-function"}), out)
	if err != nil {
		t.Fatal(err)
	}
	return h, out
}

func envOf(values map[string]string) *Env {
	return NewEnv(func(name string) (string, bool) {
		value, ok := values[name]
		return value, ok
	})
}

// invoke calls a function as the Lambda runtime does: bytes in, bytes out.
func invoke[Out any](t *testing.T, h lambda.Handler, in any) (out Out, err error) {
	t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "lambda-request-1"})
	answer, err := h.Invoke(ctx, raw)
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		t.Fatalf("answer %s: %v", answer, err)
	}
	return out, nil
}
