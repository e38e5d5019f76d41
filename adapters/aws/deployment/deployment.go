// Package deployment describes the parts of a deployment on AWS, read from the output of `terraform output
// -json` in terraform/. The operator's commands find the bus, the archive, the rules, the queues and the
// tables there and do not guess names.
package deployment

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// ErrInvalid means that a text is not the output of `terraform output -json` for a Sealpost deployment.
var ErrInvalid = errors.New("not the outputs of a Sealpost")

// Queues are the URLs of one consumer's queues.
type Queues struct {
	// Queue is the queue that the consumer reads.
	Queue string `json:"queue"`
	// Dead is the dead-letter queue of deliveries at which the consumer failed too often.
	Dead string `json:"dead"`
	// Undelivered is the rule's dead-letter queue, with events that never reached Queue.
	Undelivered string `json:"undelivered"`
}

// Generations are the generations of one projection.
type Generations struct {
	// Live is the generation that queries read.
	Live int `json:"live"`
	// Generations has all existing generations, including Live.
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
	// ArchiveBucket has the copy of the archive; empty if there is none.
	ArchiveBucket string
	// Rules has the ARNs of the consumers' rules, by Key for projections.
	Rules map[string]string
	// Queues has the same keys as Rules.
	Queues map[string]Queues
	// Tables has the names of DynamoDB tables: of projections by Key, and "notifications".
	Tables map[string]string
	// Functions has the names of the functions, by folder with a hyphen, such as "producers-storemessage";
	// consumers of projections by generation, such as "consumers-inbox-1".
	Functions map[string]string
	// Generations are by the projection's name.
	Generations map[string]Generations
}

// Key returns the key of a projection's generation in a Deployment, such as "inbox-2".
func Key(projection string, generation int) string {
	return fmt.Sprintf("%s-%d", projection, generation)
}

// Load reads a file with the output of `terraform output -json`. It returns ErrInvalid for any other content.
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

// Parse parses the output of `terraform output -json`. It returns ErrInvalid for any other text, and names
// missing outputs.
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
