package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/internal/testing/emulator"
)

// request is a call as tools/iamcheck decides it (decide.mjs), with the documents
// in full and the condition keys that the emulator lacks.
type request struct {
	Principal      string          `json:"principal"`
	Action         string          `json:"action"`
	Resource       string          `json:"resource"`
	Account        string          `json:"account"`
	Context        map[string]any  `json:"context"`
	IdentityPolicy json.RawMessage `json:"identityPolicy,omitempty"`
	ResourcePolicy json.RawMessage `json:"resourcePolicy,omitempty"`
}

// awsAllowsEveryCall has the simulator decide every call that the proxy saw.
func (w *world) awsAllowsEveryCall(t *testing.T) {
	requests := w.requests(t)
	if len(requests) < 30 {
		t.Fatalf("%d different calls only: were they recorded?", len(requests))
	}
	in, err := json.Marshal(requests)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(root, "tools", "iamcheck", "run"), "calls")
	var out bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, os.Stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("the policy simulator (it needs Node.js): %v", err)
	}
	var results []struct {
		Allowed bool
		Result  string
	}
	if err := json.Unmarshal(out.Bytes(), &results); err != nil || len(results) != len(requests) {
		t.Fatalf("%d results for %d calls, error %v", len(results), len(requests), err)
	}
	for i, r := range results {
		if !r.Allowed {
			t.Errorf("AWS would refuse %s on %s to %s (%s), context %v", requests[i].Action, requests[i].Resource,
				requests[i].Principal, r.Result, requests[i].Context)
		}
	}
	t.Logf("%d different calls decided", len(requests))
}

// requests are the different calls of the functions and of the callers' sessions.
func (w *world) requests(t *testing.T) []request {
	t.Helper()
	owner := map[string]string{}
	for name := range w.functions {
		owner[w.accessKey(name)] = name
	}
	seen := map[string]bool{}
	var out []request
	for _, c := range w.proxy.seen("") {
		r := w.caller(t, owner, c)
		if r == nil {
			continue
		}
		r.Action, r.Account = right(c), account
		w.locate(t, c, r)
		key, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if !seen[string(key)] {
			seen[string(key)] = true
			out = append(out, *r)
		}
	}
	return out
}

// caller begins the request of a call by who makes it, nil for a call that is not
// signed.
func (w *world) caller(t *testing.T, owner map[string]string, c call) *request {
	t.Helper()
	name := owner[c.AccessKey]
	w.mu.Lock()
	user := w.sessions[c.AccessKey]
	w.mu.Unlock()
	r := &request{Context: map[string]any{}}
	switch {
	case c.AccessKey == "":
		return nil
	case name != "":
		r.IdentityPolicy = json.RawMessage(fullPolicy(t, name, w.policyValues(name, "arn:aws:sqs:::any")))
	case user != "":
		name = "opener"
		r.IdentityPolicy = json.RawMessage(fullPolicy(t, name, w.arns))
		r.Context["aws:PrincipalTag/sub"] = user
		r.Context["cognito-identity.amazonaws.com:aud"] = w.settings["SEALPOST_IDENTITY_POOL_ID"]
	default:
		t.Errorf("%s by an access key that nobody was given: %s", c.Action, c.AccessKey)
		return nil
	}
	r.Principal = "arn:aws:sts::" + account + ":assumed-role/" + w.prefix + "-" + name + "/session"
	r.Context["aws:PrincipalArn"] = "arn:aws:iam::" + account + ":role/" + w.prefix + "-" + name
	return r
}

func arn(service, resource string) string {
	return "arn:aws:" + service + ":" + emulator.Region + ":" + account + ":" + resource
}

// locate fills in what the call is about.
func (w *world) locate(t *testing.T, c call, r *request) {
	t.Helper()
	switch service, _, _ := strings.Cut(r.Action, ":"); service {
	case "dynamodb":
		r.Resource = tableOf(t, c.Body)
	case "events":
		r.Resource = w.arns["bus_arn"]
		r.Context["events:source"], r.Context["events:detail-type"] = entriesOf(t, c.Body)
	case "kms":
		w.locateKey(t, c, r)
	case "s3":
		w.locateObject(t, c, r)
	case "sns":
		locateTopic(t, c, r)
	case "cognito-idp":
		r.Resource = w.arns["user_pool_arn"]
	default:
		t.Errorf("%s is of a service that this test does not know", c.Action)
	}
}

func parse(t *testing.T, body []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(body, into); err != nil {
		t.Fatalf("body %s: %v", body, err)
	}
}

func tableOf(t *testing.T, body []byte) string {
	t.Helper()
	var in struct {
		TableName, IndexName string
		RequestItems         map[string]any
	}
	parse(t, body, &in)
	for name := range in.RequestItems {
		in.TableName = name
	}
	if in.IndexName != "" {
		return arn("dynamodb", "table/"+in.TableName+"/index/"+in.IndexName)
	}
	return arn("dynamodb", "table/"+in.TableName)
}

func entriesOf(t *testing.T, body []byte) (sources, types []string) {
	t.Helper()
	var in struct {
		Entries []struct{ Source, DetailType string }
	}
	parse(t, body, &in)
	for _, e := range in.Entries {
		sources, types = append(sources, e.Source), append(types, e.DetailType)
	}
	return sources, types
}

func (w *world) locateKey(t *testing.T, c call, r *request) {
	t.Helper()
	var in struct {
		KeyId, AliasName, KeySpec, KeyUsage string //nolint:revive // AWS's spelling
		Tags                                []struct{ TagKey, TagValue string }
		BypassPolicyLockoutSafetyCheck      bool
		PendingWindowInDays                 json.Number
	}
	parse(t, c.Body, &in)
	for name, value := range c.EncryptionContext {
		r.Context["kms:EncryptionContext:"+name] = value
	}
	if in.PendingWindowInDays != "" {
		r.Context["kms:ScheduleKeyDeletionPendingWindowInDays"] = in.PendingWindowInDays.String()
	}
	switch {
	case r.Action == "kms:CreateKey":
		r.Resource = "*"
		r.Context["kms:KeySpec"], r.Context["kms:KeyUsage"] = in.KeySpec, in.KeyUsage
		if in.BypassPolicyLockoutSafetyCheck {
			r.Context["kms:BypassPolicyLockoutSafetyCheck"] = "true"
		}
		for _, tag := range in.Tags {
			r.Context["aws:RequestTag/"+tag.TagKey] = tag.TagValue
		}
		return
	case in.AliasName != "": // on the alias IAM decides; the key's policy names the same role
		r.Resource = arn("kms", in.AliasName)
	case strings.HasPrefix(in.KeyId, "alias/"): // AWS asks for the right to the key that it leads to
		r.Context["kms:RequestAlias"] = in.KeyId
		r.Resource = arn("kms", "key/"+w.behind(t, in.KeyId))
	case strings.HasPrefix(in.KeyId, "arn:"):
		r.Resource = in.KeyId
	default:
		r.Resource = arn("kms", "key/"+in.KeyId)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if document := w.keyPolicies[r.Resource]; document != "" {
		r.ResourcePolicy = json.RawMessage(document)
	} else if strings.Contains(r.Resource, ":alias/") {
		// An alias has no policy; the simulator wants one for whatever is of KMS.
		r.ResourcePolicy = json.RawMessage(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` +
			account + `:root"},"Action":"kms:*","Resource":"*"}]}`)
	}
}

// behind is the id of the key that an alias was given to.
func (w *world) behind(t *testing.T, alias string) string {
	t.Helper()
	for _, c := range w.proxy.seen(".CreateAlias") {
		var in struct{ AliasName, TargetKeyId string } //nolint:revive // AWS's spelling
		parse(t, c.Body, &in)
		if in.AliasName == alias && c.Status == http.StatusOK {
			return in.TargetKeyId
		}
	}
	t.Fatalf("alias %s leads to no key", alias)
	return ""
}

func (w *world) locateObject(t *testing.T, c call, r *request) {
	t.Helper()
	_, uri, _ := strings.Cut(c.Action, " /")
	path, _, _ := strings.Cut(uri, "?")
	r.Resource = "arn:aws:s3:::" + strings.TrimSuffix(path, "/")
	values := map[string]string{"bucket_arn": w.arns["ciphertext_bucket_arn"]}
	for k, v := range w.arns {
		values[k] = v
	}
	r.ResourcePolicy = json.RawMessage(fullPolicy(t, "ciphertext-bucket", values))
	r.Context["aws:SecureTransport"] = "true"
	if c.IfNoneMatch != "" {
		r.Context["s3:if-none-match"] = c.IfNoneMatch
	}
}

func locateTopic(t *testing.T, c call, r *request) {
	t.Helper()
	in, err := url.ParseQuery(string(c.Body))
	if err != nil {
		t.Fatal(err)
	}
	r.Resource = in.Get("TopicArn")
	if subscription := in.Get("SubscriptionArn"); subscription != "" { // its topic's, and an id behind it
		r.Resource = subscription[:strings.LastIndex(subscription, ":")]
	}
	if name := in.Get("Name"); name != "" {
		r.Resource = arn("sns", name)
	}
	if protocol := in.Get("Protocol"); protocol != "" {
		r.Context["sns:Protocol"] = protocol
	}
}
