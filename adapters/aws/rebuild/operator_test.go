package rebuild_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/sealpost/sealpost/internal/testing/awstest/deployed"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
)

// An operator who has the actions of the policy that Terraform puts out, and no other,
// can do everything; and every action is needed. On which resources is decided by the
// simulator (tools/iamcheck/tables/operators.mjs): ministack 1.5.33 does not find an
// archive, a replay or a log stream in a request.
func TestTheOperatorsPolicyIsEnoughAndNoMore(t *testing.T) {
	t.Parallel()
	server := emulator.MinistackAuth(t)
	admin := server.ConfigFor("test", "test")
	d := deployed.New(t, admin)
	story(t, d, 5)
	allowed := operatorsActions(t)
	cfg := operator(t, server, admin, d.Stack().BusName, allowed)
	tr := faults.New(http.DefaultTransport)
	cfg.HTTPClient = tr.Client()

	d.AddGeneration("inbox")
	stray(t, d, "inbox-2", "u1", "made-up") // so that users are read again
	if out, err := askWith(t.Context(), cfg, d, briefly(), do(ports.ActionRebuild, "inbox")); !errors.Is(err, ports.ErrDiffers) {
		t.Fatalf("%v, having reports %+v", err, out)
	}
	if _, err := ask(t.Context(), cfg, d, do(ports.ActionStatus)); err != nil {
		t.Error(err)
	}
	if _, err := ask(t.Context(), cfg, d, do(ports.ActionDrop, "inbox")); err != nil {
		t.Error(err)
	}
	used := map[string]bool{"CancelReplay": true} // by --drop, of a replay that runs; the emulator's have ended
	for _, c := range tr.Calls("") {
		used[c.Operation] = true
	}
	for _, action := range allowed {
		_, operation, _ := strings.Cut(action, ":")
		if !used[operation] {
			t.Errorf("the operator may %s and never does", action)
		}
		delete(used, operation)
	}
	if len(used) > 0 {
		t.Errorf("called %v, which no right is for", used)
	}
}

// operatorsActions are those that the policy allows.
func operatorsActions(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile("../../../terraform/policies/operator-rebuild.json.tftpl")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Statement []struct{ Action any } }
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range doc.Statement {
		switch action := s.Action.(type) {
		case string:
			all = append(all, action)
		case []any:
			for _, one := range action {
				all = append(all, fmt.Sprint(one))
			}
		}
	}
	if !slices.Contains(all, "events:StartReplay") {
		t.Fatalf("actions %v", all)
	}
	return all
}

// operator makes a role that may do some actions, and assumes it.
func operator(t *testing.T, server *emulator.Server, admin aws.Config, name string, allowed []string) aws.Config {
	t.Helper()
	policy, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Action": allowed, "Resource": "*"}}})
	if err != nil {
		t.Fatal(err)
	}
	roles := iam.NewFromConfig(admin)
	made, err := roles.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName:                 aws.String(name + "-operator"),
		AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"sts:AssumeRole"}]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = roles.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: made.Role.RoleName, PolicyName: aws.String("own"), PolicyDocument: aws.String(string(policy))})
	if err != nil {
		t.Fatal(err)
	}
	out, err := sts.NewFromConfig(admin).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: made.Role.Arn, RoleSessionName: aws.String("olga")})
	if err != nil {
		t.Fatal(err)
	}
	cfg := server.ConfigFor("", "")
	cfg.Credentials = credentials.NewStaticCredentialsProvider(*out.Credentials.AccessKeyId, *out.Credentials.SecretAccessKey, *out.Credentials.SessionToken)
	return cfg
}
