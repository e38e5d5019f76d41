//go:build apply

package apply

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	sealpostkms "github.com/sealpost/sealpost/adapters/aws/kms"
)

// refusesToBeDestroyed: make destroy touches nothing while data is protected.
func (e *environment) refusesToBeDestroyed(t *testing.T) {
	t.Helper()
	before := e.resources()
	if out, code := e.makeDestroy(); code == 0 {
		t.Errorf("destroyed though the data is protected:\n%s", out)
	}
	if after := e.resources(); !slices.Equal(before, after) {
		t.Errorf("a refused destroy left %d of %d resources", len(after), len(before))
	}
}

// destroy is make destroy, after which nothing is left: by Terraform's state, and by
// what in the account bears the environment's tags.
func (w *world) destroy(t *testing.T, e *environment) {
	t.Helper()
	if n := len(w.tagged(t, e.name)); n < 50 {
		t.Errorf("%s: only %d resources bear its tags", e.name, n)
	}
	if keys := w.keys(t, e); !slices.ContainsFunc(keys, func(k sealpostkms.Key) bool { return !k.Going() }) {
		t.Errorf("before the end there is no key in use: %+v", keys)
	}
	// The keys cannot be deleted yet: their administrators' role must stay.
	if out, code := e.makeDestroy("SEALPOST=false"); code == 0 || !slices.Contains(e.resources(), "module.key_admin.aws_iam_role.this") {
		t.Errorf("destroyed though the keys were not shredded:\n%s", out)
	}
	if out, code := e.makeDestroy(); code != 0 {
		t.Errorf("destroy failed:\n%s", out)
	}
	for _, k := range w.keys(t, e) {
		if !k.Going() {
			t.Errorf("destroy left key %+v", k)
		}
	}
	if left := e.resources(); len(left) > 0 {
		t.Errorf("destroy left %v", left)
	}
	left := slices.DeleteFunc(w.tagged(t, e.name), func(arn string) bool { return w.gone(t, arn) })
	if len(left) > 0 {
		t.Errorf("destroy left in the account %v", left)
	}
}

// keys are those of the environment, users' keys and the shared one.
func (w *world) keys(t *testing.T, e *environment) []sealpostkms.Key {
	t.Helper()
	keys, err := sealpostkms.NewInventory(w.server.ConfigFor("test", "test"), "sealpost-"+e.name).List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// keepsTheSharedKey: back to a key per user, the shared one stays; and a plan that would
// delete it is refused.
func (e *environment) keepsTheSharedKey(t *testing.T, variables string) {
	t.Helper()
	back := strings.Replace(variables, `key_strategy       = "shared"`, `key_strategy = "per-user"`, 1)
	e.set(back)
	for _, c := range surprises(t, e.plan()) {
		if c.Address != `module.consumer["userkey"].module.function.aws_lambda_function.this` || c.action() != "update" {
			t.Errorf("back to keys per user: %s %s: %v", c.action(), c.Address, c.attributes())
		}
	}
	e.set(strings.Replace(back, "shared_key         = true", "shared_key = false", 1))
	if out, code := e.run("plan", "-input=false", "-no-color", "-var-file=emulated.tfvars"); code != 1 {
		t.Errorf("the shared key would be deleted:\n%s", out)
	}
	e.set(variables)
}

// gone tells of what still bears a tag whether that is all that is left of it: a key is
// deleted in 30 days, as on AWS, and the emulator keeps the tags of distributions.
func (w *world) gone(t *testing.T, arn string) bool {
	t.Helper()
	if id, is := strings.CutPrefix(arn, "arn:aws:cloudfront::"+account+":distribution/"); is {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL()+"/2020-05-31/distribution/"+id, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", credential("cloudfront"))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode == http.StatusNotFound
	}
	if strings.Contains(arn, ":key/") {
		key, err := kms.NewFromConfig(w.server.ConfigFor("test", "test")).DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: &arn})
		if err != nil {
			t.Fatal(err)
		}
		return key.KeyMetadata.KeyState == types.KeyStatePendingDeletion
	}
	return false
}

// tagged are the ARNs of all resources with an environment's tag.
func (w *world) tagged(t *testing.T, environment string) (arns []string) {
	t.Helper()
	for token := ""; ; {
		in, err := json.Marshal(object{"PaginationToken": token, "ResourcesPerPage": 100, "TagFilters": []object{
			{"Key": "application", "Values": []string{"sealpost"}}, {"Key": "environment", "Values": []string{environment}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.server.URL()+"/", bytes.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Amz-Target", "ResourceGroupsTaggingAPI_20170126.GetResources")
		req.Header.Set("Content-Type", "application/x-amz-json-1.1")
		req.Header.Set("Authorization", credential("tagging"))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var out struct {
			PaginationToken        string
			ResourceTagMappingList []struct{ ResourceARN string }
		}
		err = json.NewDecoder(res.Body).Decode(&out)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("GetResources: %s, %v", res.Status, err)
		}
		for _, r := range out.ResourceTagMappingList {
			arns = append(arns, r.ResourceARN)
		}
		if token = out.PaginationToken; token == "" {
			return arns
		}
	}
}

func (e *environment) makeDestroy(env ...string) (string, int) {
	as := *e
	as.env = append(slices.Clone(e.env), env...)
	return as.start(strings.NewReader("yes\n"), e.terraform()+"/destroy.sh", "emulated.tfvars")
}
