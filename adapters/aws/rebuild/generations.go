package rebuild

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
)

// target is a generation that is not live.
type target struct {
	projection   string
	number, live int
}

func (t target) key() string     { return deployment.Key(t.projection, t.number) }
func (t target) liveKey() string { return deployment.Key(t.projection, t.live) }

func keysOf(targets []target) []string {
	keys := make([]string, len(targets))
	for i, t := range targets {
		keys[i] = t.key()
	}
	slices.Sort(keys)
	return keys
}

func projectionsOf(targets []target) []string {
	names := make([]string, len(targets))
	for i, t := range targets {
		names[i] = t.projection
	}
	return names
}

// newer returns a projection's newest generation if it is newer than the live one, and so a candidate.
func newer(projection string, g deployment.Generations) (t target, ok bool) {
	newest := slices.Max(append([]int{g.Live}, g.Generations...))
	return target{projection, newest, g.Live}, newest > g.Live
}

// older returns the newest of a projection's generations that are older than the live one, which is kept.
func older(projection string, g deployment.Generations) (t target, ok bool) {
	t = target{projection: projection, live: g.Live}
	for _, n := range g.Generations {
		if n < g.Live {
			t.number = max(t.number, n)
		}
	}
	return t, t.number > 0
}

// changed returns the deployment's generations after a change to some projections.
func (r *Rebuilder) changed(names []string, change func(deployment.Generations) deployment.Generations) map[string]deployment.Generations {
	all := maps.Clone(r.stack.Generations)
	for _, name := range names {
		g := all[name]
		g.Generations = slices.Clone(g.Generations)
		all[name] = change(g)
	}
	return all
}

func withNext(g deployment.Generations) deployment.Generations {
	g.Generations = append(g.Generations, slices.Max(append([]int{g.Live}, g.Generations...))+1)
	return g
}

func liveAlone(g deployment.Generations) deployment.Generations {
	g.Generations = []int{g.Live}
	return g
}

// variables formats generations as Terraform's variable projection_generations, like terraform fmt.
func variables(all map[string]deployment.Generations) string {
	width := 0
	for name := range all {
		width = max(width, len(name))
	}
	var b strings.Builder
	b.WriteString("projection_generations = {\n")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		numbers := []string{}
		for _, n := range slices.Sorted(slices.Values(all[name].Generations)) {
			numbers = append(numbers, fmt.Sprint(n))
		}
		fmt.Fprintf(&b, "  %-*s = { live = %d, generations = [%s] }\n", width, name, all[name].Live, strings.Join(numbers, ", "))
	}
	b.WriteString("}")
	return b.String()
}
