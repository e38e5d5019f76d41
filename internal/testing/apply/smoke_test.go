//go:build apply

package apply

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/tools/smoke"
)

// smoke is make smoke at what was applied, by the addresses that Terraform put out.
func (w *world) smoke(t *testing.T, e *environment) {
	t.Helper()
	outputs := e.output()
	s, err := deployment.Load(outputs)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(outputs)
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		WebURL struct{ Value string } `json:"web_url"`
		PoolID struct{ Value string } `json:"user_pool_id"`
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(w.server.URL())
	if err != nil {
		t.Fatal(err)
	}
	cfg := w.server.ConfigFor("test", "test")
	defer withoutTLS(t, cfg, "sealpost-"+e.name+"-web-"+account+"-us-east-1")()
	edge := &internet{emulator: to, cfg: cfg, poolID: out.PoolID.Value, trigger: s.Functions["producers-verifyuser"]}
	admin := cip.NewFromConfig(cfg, func(o *cip.Options) { o.HTTPClient = &http.Client{Transport: edge} })
	err = smoke.Run(t.Context(), smoke.Config{
		Server: out.WebURL.Value, HTTP: &http.Client{Transport: edge}, Registrar: smoke.AWS{Admin: admin, UserPoolID: out.PoolID.Value},
		Say: func(format string, args ...any) { t.Logf(e.name+": smoke: "+format, args...) },
	})
	if err != nil {
		t.Errorf("%s: smoke: %v", e.name, err)
		w.failures(t, s)
	}
}

// failures shows what the functions logged of what failed.
func (w *world) failures(t *testing.T, s deployment.Deployment) {
	t.Helper()
	client := cloudwatchlogs.NewFromConfig(w.server.ConfigFor("test", "test"))
	for _, name := range s.Functions {
		out, err := client.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/aws/lambda/" + name)})
		if err != nil {
			t.Logf("the log of %s: %v", name, err)
			continue
		}
		for _, e := range out.Events {
			if line := aws.ToString(e.Message); strings.Contains(line, "ERROR") || strings.Contains(line, "rror") {
				t.Logf("%s: %.1000s", name, line)
			}
		}
	}
	t.Logf("the emulator's log ends in:\n%s", w.server.Log()[max(0, len(w.server.Log())-3000):])
}

// withoutTLS lets CloudFront into a bucket that demands TLS: the emulator's comes
// without. The policy is put back as it was by what is returned.
func withoutTLS(t *testing.T, cfg aws.Config, bucket string) (restore func()) {
	t.Helper()
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	was, err := client.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	put := func(policy string) {
		t.Helper()
		if _, err := client.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &policy}); err != nil {
			t.Error(err)
		}
	}
	var policy struct {
		Version   string
		Statement []object
	}
	if err := json.Unmarshal([]byte(*was.Policy), &policy); err != nil {
		t.Fatal(err)
	}
	kept := policy.Statement[:0]
	for _, s := range policy.Statement {
		if s["Sid"] != "OnlyTls" {
			kept = append(kept, s)
		}
	}
	policy.Statement = kept
	relaxed, err := json.Marshal(policy)
	if err != nil {
		t.Fatal(err)
	}
	put(string(relaxed))
	return func() { put(*was.Policy) }
}

// internet leads every name of AWS's to the emulator, which knows by the name what is
// asked for: the page, the API or the user pool.
type internet struct {
	emulator        *url.URL
	cfg             aws.Config
	poolID, trigger string
}

// RoundTrip implements http.RoundTripper.
func (n *internet) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	out := r.Clone(r.Context())
	out.Host = r.URL.Host
	out.URL.Scheme, out.URL.Host = n.emulator.Scheme, n.emulator.Host
	out.Header.Set("X-Forwarded-Proto", r.URL.Scheme)
	out.Body = io.NopCloser(bytes.NewReader(body))
	api, ofAPI := strings.CutSuffix(r.URL.Host, ".execute-api.us-east-1.amazonaws.com")
	if ofAPI {
		out.Host, out.URL.Path, out.URL.RawPath = "", "/_aws/execute-api/"+api+r.URL.Path, ""
	}
	res, err := http.DefaultTransport.RoundTrip(out)
	switch {
	case err != nil:
		return nil, err
	case ofAPI:
		err = n.stageVariables(r, api, res)
	case res.StatusCode == http.StatusOK && strings.HasSuffix(r.Header.Get("X-Amz-Target"), "ConfirmSignUp"):
		err = n.confirmed(r, body)
	}
	if err != nil {
		_ = res.Body.Close()
		return nil, err
	}
	return res, nil
}

// confirmed does after a confirmation what the emulator leaves out.
func (n *internet) confirmed(r *http.Request, body []byte) error {
	var in struct{ Username string }
	if err := json.Unmarshal(body, &in); err != nil {
		return err
	}
	return awstest.Confirmed(r.Context(), n.cfg, n.poolID, in.Username, n.trigger)
}

// stageVariables puts the values of the stage's variables into headers, where the
// emulator leaves their names.
func (n *internet) stageVariables(r *http.Request, api string, res *http.Response) error {
	for name, values := range res.Header {
		variable, is := strings.CutPrefix(values[0], "stageVariables.")
		if !is {
			continue
		}
		stage, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, n.emulator.String()+"/restapis/"+api+"/stages/"+stage, http.NoBody)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", credential("apigateway"))
		got, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		var out struct{ Variables map[string]string }
		err = json.NewDecoder(got.Body).Decode(&out)
		_ = got.Body.Close()
		if err != nil {
			return err
		}
		if out.Variables[variable] == "" {
			return fmt.Errorf("%s has no variable %s", req.URL, variable)
		}
		res.Header.Set(name, out.Variables[variable])
	}
	return nil
}
