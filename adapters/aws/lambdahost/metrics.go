package lambdahost

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// namespace is the CloudWatch namespace of the metrics.
const namespace = "Sealpost"

// maxValues is the most values of one metric in one line (CloudWatch User Guide, "Embedded metric format
// specification"). Further values are dropped; a hundred lags of one batch are enough.
const maxValues = 100

// CloudWatch's units.
const (
	count        = "Count"
	milliseconds = "Milliseconds"
)

// recorder collects the metrics of one invocation.
type recorder struct {
	mu     sync.Mutex
	units  map[string]string
	values map[string][]float64
}

type recorderKey struct{}

func withRecorder(ctx context.Context) (context.Context, *recorder) {
	r := &recorder{units: map[string]string{}, values: map[string][]float64{}}
	return context.WithValue(ctx, recorderKey{}, r), r
}

// recorderOf returns the invocation's recorder, or an unused one for a context without an invocation.
func recorderOf(ctx context.Context) *recorder {
	if r, ok := ctx.Value(recorderKey{}).(*recorder); ok {
		return r
	}
	return &recorder{units: map[string]string{}, values: map[string][]float64{}}
}

func (r *recorder) add(name string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.values[name]) == 0 {
		r.units[name], r.values[name] = count, []float64{0}
	}
	r.values[name][0] += float64(n)
}

func (r *recorder) observe(name string, d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.units[name] = milliseconds
	if len(r.values[name]) < maxValues {
		r.values[name] = append(r.values[name], float64(d.Microseconds())/1000)
	}
}

func (r *recorder) failed(err error) {
	r.add("Failures", 1)
	r.add("Failures"+kind(err), 1)
}

type emfMetric struct {
	Name string
	Unit string
}

type emfDirective struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []emfMetric
}

// flush writes the invocation's metrics as one line in CloudWatch's embedded metric format, from which
// CloudWatch Logs extracts them without an API call.
func (r *recorder) flush(out io.Writer, function string, now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.values) == 0 {
		return nil
	}
	directive := emfDirective{Namespace: namespace, Dimensions: [][]string{{"Function"}}}
	line := map[string]any{"Function": function}
	for _, name := range slices.Sorted(maps.Keys(r.values)) {
		directive.Metrics = append(directive.Metrics, emfMetric{name, r.units[name]})
		if values := r.values[name]; len(values) == 1 {
			line[name] = values[0]
		} else {
			line[name] = values
		}
	}
	line["_aws"] = map[string]any{"Timestamp": now.UnixMilli(), "CloudWatchMetrics": []emfDirective{directive}}
	raw, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("encoding metrics: %w", err)
	}
	if _, err := out.Write(append(raw, '\n')); err != nil {
		return fmt.Errorf("writing metrics: %w", err)
	}
	return nil
}
