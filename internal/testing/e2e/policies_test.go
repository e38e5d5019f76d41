package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../../.."

var placeholder = regexp.MustCompile(`\$?\$\{[^}]*\}`)

// policy renders one of Terraform's policy documents, and takes out of it what the
// emulator cannot decide.
func policy(t testing.TB, name string, values map[string]string) string {
	t.Helper()
	return decidable(t, fullPolicy(t, name, values))
}

// fullPolicy renders one of Terraform's policy documents as Terraform does.
func fullPolicy(t testing.TB, name string, values map[string]string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, "terraform", "policies", name+".json.tftpl"))
	if err != nil {
		t.Fatal(err)
	}
	return placeholder.ReplaceAllStringFunc(string(raw), func(found string) string {
		if strings.HasPrefix(found, "$$") {
			return found[1:]
		}
		value, ok := values[found[2:len(found)-1]]
		if !ok {
			t.Fatalf("policy %s: no value for %s", name, found)
		}
		return value
	})
}

// undecidable are the condition keys that ministack 1.5.33 does not know. It takes
// a key that it does not know for absent, so that even the right caller would be
// refused. What the keys demand is decided by the policy tests under terraform/.
var undecidable = []string{
	"kms:EncryptionContext:", "kms:RequestAlias", "kms:KeySpec", "kms:KeyUsage", "kms:ScheduleKeyDeletionPendingWindowInDays",
	"cognito-identity.amazonaws.com:", "aws:PrincipalTag/", "events:source", "events:detail-type", "sns:Protocol",
}

// tagVariable is a session's tag in a resource: sessions of the identity pool have
// none in ministack 1.5.33.
var tagVariable = regexp.MustCompile(`\$\{aws:PrincipalTag/[^}]+\}`)

// unlocated are the actions whose resource ministack 1.5.33 does not find in the
// request, so that it decides them on "*". It does not resolve an alias to its key
// before it decides.
var unlocated = map[string]bool{"kms:CreateAlias": true, "kms:GenerateDataKey": true, "kms:Decrypt": true, "sns:Unsubscribe": true}

// decidable removes the conditions on those keys, and the statements that demand
// TLS, which the emulator does not speak.
func decidable(t testing.TB, document string) string {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(document), &doc); err != nil {
		t.Fatalf("policy %s: %v", document, err)
	}
	statements, _ := doc["Statement"].([]any)
	var kept []any
	for _, s := range statements {
		statement, ok := s.(map[string]any)
		if !ok || statement["Sid"] == "OnlyTls" {
			continue
		}
		prune(statement)
		if resource, ok := statement["Resource"].(string); ok {
			statement["Resource"] = tagVariable.ReplaceAllString(resource, "*")
		}
		if action, ok := statement["Action"].(string); ok && unlocated[action] {
			statement["Resource"] = "*"
		}
		kept = append(kept, statement)
	}
	doc["Statement"] = kept
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func prune(statement map[string]any) {
	conditions, _ := statement["Condition"].(map[string]any)
	for operator, c := range conditions {
		keys, _ := c.(map[string]any)
		for key, value := range keys {
			if arn, ok := value.(string); ok && key == "aws:PrincipalArn" {
				keys[key] = sessionsOf(arn)
			}
			for _, prefix := range undecidable {
				if strings.HasPrefix(key, prefix) {
					delete(keys, key)
				}
			}
		}
		if len(keys) == 0 {
			delete(conditions, operator)
		}
	}
	if len(conditions) == 0 {
		delete(statement, "Condition")
	}
}

// sessionsOf is a role's ARN as ministack 1.5.33 has it in aws:PrincipalArn: that
// of the session, where AWS has the role's.
func sessionsOf(role string) string {
	return strings.Replace(strings.Replace(role, ":iam:", ":sts:", 1), ":role/", ":assumed-role/", 1) + "/*"
}
