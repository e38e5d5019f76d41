//go:build apply

package apply

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// generations are the variables of a rebuild of the inbox.
func generations(live int, all string) string {
	return fmt.Sprintf("projection_generations = {\n  inbox  = { live = %d, generations = [%s] }\n"+
		"  unread = { live = 1, generations = [1] }\n  users  = { live = 1, generations = [1] }\n}\n", live, all)
}

// rebuild goes through the applies of a rebuild of the inbox, and looks at each plan:
// docs/aws.md says what they do.
func (w *world) rebuild(t *testing.T, e *environment) {
	t.Helper()
	variables := generations(1, "1, 2")
	e.set(w.variables(e.name, variables))
	e.only(t, "a new generation", "create", isOf("inbox-2"))
	e.apply()
	e.settled(t)

	e.set(w.variables(e.name, generations(2, "1, 2")))
	e.only(t, "the promotion", "none", isOf("inbox-2"))
	e.apply()
	e.settled(t)
	w.smoke(t, e)

	// This is only planned: the provider waits for two minutes for each queue that is
	// deleted, and the end of everything deletes queues as well.
	e.set(w.variables(e.name, generations(2, "2")))
	e.only(t, "the drop", "delete", isOf("inbox-1"))
}

// isOf tells the resources of a projection's generation.
func isOf(generation string) func(address string) bool {
	return func(address string) bool {
		return strings.HasPrefix(address, `module.consumer["`+generation+`"]`) || strings.HasPrefix(address, `module.projection_table["`+generation+`"]`)
	}
}

// only plans: nothing but what is of the generation is made or deleted, and of the
// rest nothing but what names generations is changed.
func (e *environment) only(t *testing.T, what, action string, of func(address string) bool) {
	t.Helper()
	counts := map[string]int{}
	for _, c := range surprises(t, e.plan()) {
		counts[c.action()]++
		switch {
		case of(c.Address) && c.action() == action:
		case c.action() == "update" && slices.Contains([]string{"environment", "dashboard_body", "deletion_protection_enabled"}, strings.Join(c.attributes(), " ")):
		default:
			t.Errorf("%s: %s %s: %v", what, c.action(), c.Address, c.attributes())
		}
	}
	t.Logf("%s: %s: %v", e.name, what, counts)
	if action != "none" && counts[action] == 0 {
		t.Errorf("%s: the plan does not %s anything", what, action)
	}
}
