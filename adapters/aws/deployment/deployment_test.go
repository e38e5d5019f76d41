package deployment_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
)

const golden = "testdata/outputs.json"

func TestLoad(t *testing.T) {
	t.Parallel()
	s, err := deployment.Load(golden)
	if err != nil {
		t.Fatal(err)
	}
	if s.Region != "eu-central-1" || s.BusName != "sealpost-dev" || s.Prefix != "sealpost-dev" || !strings.HasSuffix(s.KeyAdminRoleARN, "/sealpost-dev-key-admin") || !strings.HasSuffix(s.ArchiveARN, ":archive/sealpost-dev") {
		t.Errorf("got %+v", s)
	}
	inbox := s.Generations["inbox"]
	if inbox.Live != 1 || !slices.Equal(inbox.Generations, []int{1, 2}) {
		t.Errorf("got generations %+v", inbox)
	}
	key := deployment.Key("inbox", 2)
	if !strings.HasSuffix(s.Rules[key], "/sealpost-dev-consumers-inbox-2") || s.Tables[key] != "sealpost-dev-inbox-2" ||
		!strings.HasSuffix(s.Queues[key].Dead, "/sealpost-dev-consumers-inbox-2-dead") || s.Functions["consumers-"+key] == "" {
		t.Errorf("got %q, %q, %+v, %q", s.Rules[key], s.Tables[key], s.Queues[key], s.Functions["consumers-"+key])
	}
}

func TestWhatIsNoStackIsNamed(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"no JSON": "Warning: No outputs found", "no outputs": "{}", "of another type": `{"rules": {"value": []}}`,
	} {
		if _, err := deployment.Parse([]byte(raw)); !errors.Is(err, deployment.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, err := deployment.Parse([]byte(`{"region": {"value": "eu-central-1"}}`))
	if err == nil || strings.Contains(err.Error(), "region") || !strings.Contains(err.Error(), "archive_arn") {
		t.Errorf("got %v", err)
	}
	if _, err := deployment.Load("testdata/nothing.json"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// TestTerraformHasTheseOutputs: a stack is read from names that another language
// declares.
func TestTerraformHasTheseOutputs(t *testing.T) {
	t.Parallel()
	declared, err := os.ReadFile("../../../terraform/outputs.tf")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^output "(\w+)"`).FindAllStringSubmatch(string(declared), -1) {
		names[m[1]] = true
	}
	raw, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var outputs map[string]any
	if err := json.Unmarshal(raw, &outputs); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		if !names[name] {
			t.Errorf("terraform/outputs.tf has no %s", name)
		}
	}
}
