//go:build apply

package apply

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/sealpost/sealpost/internal/awstest"
	"github.com/sealpost/sealpost/internal/smoke"
	"github.com/sealpost/sealpost/internal/stack"
)

// smoke is make smoke at what was applied, by the addresses that Terraform put out.
func (w *world) smoke(t *testing.T, outputs string, s stack.Stack) {
	t.Helper()
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
	edge := &internet{emulator: to, cfg: cfg, poolID: out.PoolID.Value, trigger: s.Functions["producers-verifyuser"]}
	admin := cip.NewFromConfig(cfg, func(o *cip.Options) { o.HTTPClient = &http.Client{Transport: edge} })
	err = smoke.Run(t.Context(), smoke.Config{
		Server: out.WebURL.Value, HTTP: &http.Client{Transport: edge},
		Registrar: smoke.AWS{Admin: admin, UserPoolID: out.PoolID.Value}, Say: t.Logf,
	})
	if err != nil {
		t.Errorf("smoke: %v", err)
	}
}

// internet leads every name of AWS's to the emulator, which knows by the name what is
// asked for: the page, the API or the user pool.
type internet struct {
	emulator        *url.URL
	cfg             aws.Config
	poolID, trigger string
}

// RoundTrip implements http.RoundTripper. After a confirmation it does what the
// emulator leaves out.
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
	res, err := http.DefaultTransport.RoundTrip(out)
	if err != nil || res.StatusCode != http.StatusOK || !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "ConfirmSignUp") {
		return res, err
	}
	var in struct{ Username string }
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	return res, awstest.Confirmed(r.Context(), n.cfg, n.poolID, in.Username, n.trigger)
}

