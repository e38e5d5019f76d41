package rebuild_test

import (
	"context"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/aws/rebuild"
	"github.com/sealpost/sealpost/internal/testing/awstest/deployed"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestRebuilder(t *testing.T) {
	t.Parallel()
	portstest.Rebuilder(t, func(t *testing.T) portstest.RebuildAdapter {
		cfg := emulator.Ministack(t).Config(t)
		d := deployed.New(t, cfg)
		story(t, d, 9)
		return portstest.RebuildAdapter{
			Rebuilder: described(func() *rebuild.Rebuilder {
				return rebuild.New(rebuild.Config{Stack: d.Stack(), AWS: cfg, Waits: briefly(), Now: time.Now, ReadRate: 10_000})
			}),
			Apply: func(t *testing.T, variables string) { apply(t, d, variables) },
			Spoil: func(t *testing.T, generation int) { stray(t, d, "inbox-"+strconv.Itoa(generation), "u1", "made-up") },
		}
	})
}

// described makes a Rebuilder of the deployment as it is described now, for each action,
// as the command does.
type described func() *rebuild.Rebuilder

func (d described) Do(ctx context.Context, request ports.RebuildRequest, report func(ports.RebuildReport)) error {
	return d().Do(ctx, request, report)
}

var generationsOf = regexp.MustCompile(`(\w+) +=\s+\{ live = (\d+), generations = \[([\d, ]+)\] \}`)

// apply does what Terraform does with the variables.
func apply(t *testing.T, d *deployed.Deployment, variables string) {
	t.Helper()
	for _, found := range generationsOf.FindAllStringSubmatch(variables, -1) {
		projection := found[1]
		live, err := strconv.Atoi(found[2])
		if err != nil {
			t.Fatal(err)
		}
		var wanted []int
		for _, text := range regexp.MustCompile(`\d+`).FindAllString(found[3], -1) {
			n, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			wanted = append(wanted, n)
		}
		for len(d.Stack().Generations[projection].Generations) < len(wanted) {
			d.AddGeneration(projection)
		}
		d.SetGenerations(projection, live, wanted)
	}
}
