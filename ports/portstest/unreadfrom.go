package portstest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
)

// unreadFrom lists from ids of read messages, in a set whose neighbours have similar recipient ids.
func unreadFrom(t *testing.T, a UnreadAdapter) {
	recipient := newID("recipient")
	const messages = 30
	id := func(i int) string { return fmt.Sprintf("message-%02d", i) }
	var evs []events.Event
	for i := range messages {
		evs = append(evs, storedFor(recipient, id(i)))
		if i%3 == 0 {
			evs = append(evs, read(recipient, id(i)))
		}
	}
	mustProject(t, projection.Unread, a, append(evs, storedFor(recipient+"0", id(1)))...)
	for _, c := range []struct {
		from  string
		limit int
		want  []string
	}{
		{"", 3, []string{id(1), id(2), id(4)}},
		{id(4), 2, []string{id(4), id(5)}},
		{id(6), 2, []string{id(7), id(8)}}, // it was read
		{id(28), 5, []string{id(28), id(29)}},
		{id(29) + "0", 5, nil},
	} {
		got, err := a.From(t.Context(), recipient, c.from, c.limit)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("From(%q, %d) = %v, %v, want %v", c.from, c.limit, got, err, c.want)
		}
	}
	if got, err := a.From(t.Context(), newID("recipient"), "", 5); err != nil || len(got) != 0 {
		t.Errorf("From = %v, %v of a recipient without messages", got, err)
	}
}
