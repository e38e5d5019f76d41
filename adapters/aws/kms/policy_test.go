package kms_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/adapters/aws/kms"
)

// aliases are those of the deployment that policies are rendered for.
const aliases = kms.Aliases("sealpost-test")

type statement struct {
	Sid, Effect string
	Action      any
	Condition   map[string]map[string]string
}

func statements(t *testing.T, policy string) map[string]statement {
	t.Helper()
	var doc struct{ Statement []statement }
	if err := json.Unmarshal([]byte(policy), &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string]statement{}
	for _, s := range doc.Statement {
		out[s.Sid] = s
	}
	return out
}

func TestOnlyTheOwnersSessionMayDecrypt(t *testing.T) {
	t.Parallel()
	policy, err := aliases.UserKeyPolicy("user-1", parties)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(policy, "${") || strings.Contains(policy, "kms:*") {
		t.Errorf("the policy has a placeholder or allows everything:\n%s", policy)
	}
	for sid, s := range statements(t, policy) {
		raw, err := json.Marshal(s.Action)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(raw), "Decrypt") {
			continue
		}
		equals := s.Condition["StringEquals"]
		if equals["aws:PrincipalTag/sub"] != "user-1" || equals["kms:EncryptionContext:recipientId"] != "user-1" ||
			equals["kms:RequestAlias"] != "alias/sealpost-test/user/user-1" ||
			equals["cognito-identity.amazonaws.com:aud"] != parties.IdentityPoolID ||
			s.Condition["ArnEquals"]["aws:PrincipalArn"] != parties.OpenerRoleARN {
			t.Errorf("%s lets others decrypt: %+v", sid, s)
		}
	}
}

func TestAUserIDCannotChangeThePolicy(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "*", "a*", "a?", `a","x":"y`, "${aws:PrincipalTag/sub}", "a/b", "a b", "a\n", strings.Repeat("a", 65)} {
		if _, err := aliases.UserKeyPolicy(id, parties); !errors.Is(err, kms.ErrUserID) {
			t.Errorf("user id %q: error %v, want ErrUserID", id, err)
		}
	}
}

func TestAPartyThatIsMissingStopsThePolicy(t *testing.T) {
	t.Parallel()
	for name, forget := range map[string]func(*kms.PolicyParties){
		"identity_pool_id":   func(p *kms.PolicyParties) { p.IdentityPoolID = "" },
		"opener":             func(p *kms.PolicyParties) { p.OpenerRoleARN = "" },
		"sender_role_arn":    func(p *kms.PolicyParties) { p.SenderRoleARN = "" },
		"key_maker_role_arn": func(p *kms.PolicyParties) { p.KeyMakerRoleARN = "" },
		"admin_role_arn":     func(p *kms.PolicyParties) { p.AdminRoleARN = "" },
	} {
		p := parties
		forget(&p)
		if _, err := aliases.UserKeyPolicy("user-1", p); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: error %v, want one that names it", name, err)
		}
	}
}

func TestAPartyIsQuoted(t *testing.T) {
	t.Parallel()
	p := parties
	p.AdminRoleARN = `arn:aws:iam::123456789012:role/"},"x":{`
	policy, err := aliases.UserKeyPolicy("user-1", p)
	if err != nil {
		t.Fatal(err)
	}
	if got := statements(t, policy)["KeyAdminsAdminister"].Condition["ArnEquals"]["aws:PrincipalArn"]; got != p.AdminRoleARN {
		t.Errorf("the admin role came out as %q", got)
	}
}
