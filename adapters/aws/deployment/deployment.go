// Package deployment knows what a deployment on AWS consists of, from what `terraform
// output -json` prints in terraform/. By it the operator's commands find the bus, the
// archive, the rules, the queues and the tables; they guess no name.
package deployment

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// ErrInvalid means that a text is not what `terraform output -json` prints for a
// deployment of Sealpost.
var ErrInvalid = errors.New("not the outputs of a Sealpost")

// Queues are the URLs of one consumer's queues.
type Queues struct {
	// Queue is what the consumer reads.
	Queue string `json:"queue"`
	// Dead is the dead-letter queue: what the consumer failed at too often.
	Dead string `json:"dead"`
	// Undelivered is the rule's dead-letter queue: what never reached Queue.
	Undelivered string `json:"undelivered"`
}

// Generations are those of one projection.
type Generations struct {
	// Live is the one that queries read.
	Live int `json:"live"`
	// Generations are all that exist, Live among them.
	Generations []int `json:"generations"`
}

// Deployment describes one deployment. Its fields are Terraform's outputs of the same names.
type Deployment struct {
	Region string
	// Prefix is the first part of every name.
	Prefix string
	// KeyAdminRoleARN is the role that administers keys.
	KeyAdminRoleARN string
	BusName         string
	ArchiveARN      string
	// ArchiveBucket has the copy of the archive; empty when there is none.
	ArchiveBucket string
	// Rules are the ARNs of the consumers' rules. Keys are as Key makes them.
	Rules map[string]string
	// Queues have the keys of Rules.
	Queues map[string]Queues
	// Tables are names of DynamoDB tables: of projections by Key, and "notifications".
	Tables map[string]string
	// Functions are the names of the functions, by folder with a hyphen, such as
	// "producers-storemessage"; consumers of projections by generation, such as
	// "consumers-inbox-1".
	Functions map[string]string
	// Generations are those of each projection, by its name.
	Generations map[string]Generations
}

// Key is the key of a projection's generation in a Deployment, such as "inbox-2".
func Key(projection string, generation int) string {
	return fmt.Sprintf("%s-%d", projection, generation)
}

// Load reads what `terraform output -json` has put into a file. It fails with
// ErrInvalid if that is something else.
func Load(path string) (Deployment, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the operator who runs the command names it
	if err != nil {
		return Deployment{}, fmt.Errorf("reading the description of the deployment: %w", err)
	}
	s, err := Parse(raw)
	if err != nil {
		return Deployment{}, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// Parse reads what `terraform output -json` prints. It fails with ErrInvalid if raw
// is something else, and names the outputs that are missing.
func Parse(raw []byte) (Deployment, error) {
	outputs := map[string]struct {
		Value json.RawMessage `json:"value"`
	}{}
	if err := json.Unmarshal(raw, &outputs); err != nil {
		return Deployment{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	var s Deployment
	var missing []string
	for _, field := range s.outputs() {
		output, ok := outputs[field.name]
		if !ok {
			missing = append(missing, field.name)
			continue
		}
		if err := json.Unmarshal(output.Value, field.into); err != nil {
			return Deployment{}, fmt.Errorf("%w: output %s: %w", ErrInvalid, field.name, err)
		}
	}
	if len(missing) > 0 {
		return Deployment{}, fmt.Errorf("%w: missing %s", ErrInvalid, strings.Join(missing, ", "))
	}
	return s, nil
}

type field struct {
	name string
	into any
}

func (s *Deployment) outputs() []field {
	return []field{
		{"region", &s.Region},
		{"prefix", &s.Prefix},
		{"key_admin_role_arn", &s.KeyAdminRoleARN},
		{"bus_name", &s.BusName},
		{"archive_arn", &s.ArchiveARN},
		{"archive_bucket", &s.ArchiveBucket},
		{"rules", &s.Rules},
		{"queues", &s.Queues},
		{"tables", &s.Tables},
		{"functions", &s.Functions},
		{"projection_generations", &s.Generations},
	}
}
