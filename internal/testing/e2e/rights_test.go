package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/internal/testing/emulator"
)

// unseen are the rights that a run cannot be seen to use, and why.
var unseen = map[string]string{
	"sqs:ReceiveMessage":     "Lambda's event source mapping receives in the function's name",
	"sqs:DeleteMessage":      "as above",
	"sqs:GetQueueAttributes": "as above",
	"logs:CreateLogStream":   "Lambda writes the log in the function's name",
	"logs:PutLogEvents":      "as above",
	"kms:TagResource":        "asked for by CreateKey with tags",
	"sns:TagResource":        "asked for by CreateTopic with tags",
}

// everyRightWasUsed compares what the policies allow with what the run did: a right
// that nothing uses is one too many.
func (w *world) everyRightWasUsed(t *testing.T) {
	used := w.usedRights()
	for name := range w.functions {
		if name == "producers-signup" { // ministack's pool calls no pre-sign-up trigger; iamcheck decides its rights
			continue
		}
		for _, action := range allowed(t, policy(t, name, w.policyValues(name, "arn:aws:sqs:::any"))) {
			if used[name][action] || unseen[action] != "" {
				continue
			}
			t.Errorf("%s may %s and never does", name, action)
		}
	}
	keepRights(t, used)
}

// usedRights are the actions of each function, as the proxy saw them.
func (w *world) usedRights() map[string]map[string]bool {
	owner := map[string]string{}
	used := map[string]map[string]bool{}
	for name := range w.functions {
		owner[w.accessKey(name)] = name
		used[name] = map[string]bool{}
	}
	for _, c := range w.proxy.seen("") {
		if name, ours := owner[c.AccessKey]; ours {
			used[name][right(c)] = true
		}
	}
	return used
}

// accessKey is the one that ministack 1.5.33 gives to a function's role: made from
// the names of both (ministack/core/lambda_runtime.py, execution_credentials).
func (w *world) accessKey(name string) string {
	function := "arn:aws:lambda:" + emulator.Region + ":" + account + ":function:" + w.prefix + "-" + name
	role := "arn:aws:iam::" + account + ":role/" + w.prefix + "-" + name
	sum := sha256.Sum256([]byte(function + ":" + role))
	return "ASIA" + strings.ToUpper(hex.EncodeToString(sum[:]))[:16]
}

// right is the name that policies have for a call.
func right(c call) string {
	for target, service := range map[string]string{
		"DynamoDB_20120810.": "dynamodb:", "AWSEvents.": "events:", "TrentService.": "kms:", "sns.": "sns:",
		"AWSCognitoIdentityProviderService.": "cognito-idp:",
	} {
		if rest, ok := strings.CutPrefix(c.Action, target); ok {
			return service + rest
		}
	}
	switch {
	case strings.HasPrefix(c.Action, "s3 PUT "):
		return "s3:PutObject"
	case strings.Contains(c.Action, "list-type="):
		return "s3:ListBucket"
	case strings.HasPrefix(c.Action, "s3 GET "), strings.HasPrefix(c.Action, "s3 HEAD "):
		return "s3:GetObject"
	}
	return c.Action
}

// allowed lists the actions of a policy.
func allowed(t *testing.T, document string) []string {
	t.Helper()
	var doc struct{ Statement []struct{ Action any } }
	if err := json.Unmarshal([]byte(document), &doc); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range doc.Statement {
		switch action := s.Action.(type) {
		case string:
			out = append(out, action)
		case []any:
			for _, a := range action {
				if name, ok := a.(string); ok {
					out = append(out, name)
				}
			}
		}
	}
	return out
}

// keepRights writes what each function did to .cache/e2e/rights.json, for the policy
// simulator to decide once more with the condition keys that the emulator lacks.
func keepRights(t *testing.T, used map[string]map[string]bool) {
	t.Helper()
	out := map[string][]string{}
	for name, actions := range used {
		for action := range actions {
			out[name] = append(out[name], action)
		}
		slices.Sort(out[name])
	}
	raw, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "rights.json", append(raw, '\n'))
}
