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
	if out, code := e.makeDestroy(); code != 0 {
		t.Errorf("destroy failed:\n%s", out)
	}
	if left := e.resources(); len(left) > 0 {
		t.Errorf("destroy left %v", left)
	}
	left := slices.DeleteFunc(w.tagged(t, e.name), func(arn string) bool { return w.gone(t, arn) })
	if len(left) > 0 {
		t.Errorf("destroy left in the account %v", left)
	}
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

func (e *environment) makeDestroy() (string, int) {
	return e.start(strings.NewReader("yes\n"), e.terraform()+"/destroy.sh", "emulated.tfvars")
}
