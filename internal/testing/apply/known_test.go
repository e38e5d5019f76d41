//go:build apply

package apply

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// known are the attributes that the emulator gives back otherwise than they were set,
// so that each plan wants to set them again. A plan that does not is an error too.
// That AWS gives them back as they were, the provider's acceptance tests look at:
// each ends with an empty plan.
var known = map[string]struct{ attribute, why string }{
	"module.api.aws_cloudwatch_metric_alarm.latency":         {"statistic", "ministack says Average of an alarm with an extended statistic (TestAccCloudWatchMetricAlarm_extendedStatistic)"},
	"module.watching.aws_cloudwatch_metric_alarm.encryption": {"statistic", "the same"},
	"module.web.aws_cloudfront_response_headers_policy.this": {"remove_headers_config", "ministack says that no header is removed of a policy that says nothing of it (TestAccCloudFrontResponseHeadersPolicy_security)"},
}

// surprises are the changes of a plan other than those that the emulator makes.
func surprises(t *testing.T, changes []change) (out []change) {
	t.Helper()
	missing := maps.Clone(known)
	for _, c := range changes {
		k, expected := known[c.Address]
		if !expected || c.action() != "update" {
			out = append(out, c)
			continue
		}
		delete(missing, c.Address)
		if got := c.attributes(); !slices.Equal(got, []string{k.attribute}) {
			out = append(out, c)
		}
	}
	for address, k := range missing {
		t.Errorf("%s keeps its %s now: take it out of the list of what does not", address, k.attribute)
	}
	return out
}

// attributes are the names of those that a change changes.
func (c change) attributes() (out []string) {
	names := map[string]any{}
	maps.Copy(names, c.Change.Before)
	maps.Copy(names, c.Change.After)
	for name := range names {
		if !reflect.DeepEqual(c.Change.Before[name], c.Change.After[name]) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// settled: what was applied is what is there, so another plan has nothing to do.
func (e *environment) settled(t *testing.T) {
	t.Helper()
	for _, c := range surprises(t, e.plan()) {
		t.Errorf("%s: a plan right after an apply: %s %s: %v", e.name, c.action(), c.Address, c.attributes())
	}
}

// excludedIsMissing: what is excluded is asked for, and is not there yet.
func (w *world) excludedIsMissing(t *testing.T) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL()+"/v1/registries", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", credential("schemas"))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode < http.StatusBadRequest {
		t.Errorf("ListRegistries answers %s: the emulator has a schema registry now; take it out of testdata/excluded", res.Status)
	}
}

// credential is an Authorization header of which the emulator takes the service.
func credential(service string) string {
	return "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=" + strings.Repeat("0", 64)
}
