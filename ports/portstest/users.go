package portstest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// UsersAdapter writes and reads one users projection.
type UsersAdapter interface {
	ports.Projection
	ports.UserDirectory
}

// Users is the contract of ports.Projection for users and of ports.UserDirectory. newAdapter returns an
// adapter over an empty projection.
func Users(t *testing.T, newAdapter func(t *testing.T) UsersAdapter) {
	shared := newAdapter(t)
	t.Run("a user becomes ready in any order of events", func(t *testing.T) {
		t.Parallel()
		usersInAnyOrder(t, shared)
	})
	t.Run("any order with any duplicates gives the same users", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(rt *rapid.T) { usersCommute(rt, shared) })
	})
	t.Run("racing workers give the same users", func(t *testing.T) {
		t.Parallel()
		usersRace(t, shared)
	})
	t.Run("finding a user", func(t *testing.T) {
		t.Parallel()
		findingUsers(t, shared)
	})
	t.Run("of several users of one name the last one is found", func(t *testing.T) {
		t.Parallel()
		usersOfOneName(t, shared)
	})
	t.Run("finding many users", func(t *testing.T) {
		t.Parallel()
		findingManyUsers(t, shared)
	})
	t.Run("a context that has ended", func(t *testing.T) {
		t.Parallel()
		usersEndedContext(t, shared)
	})
	t.Run("an empty list", func(t *testing.T) {
		t.Parallel()
		list := newAdapter(t).List
		if got := walk(t, list, ports.DefaultPageLimit, nil); len(got) != 0 {
			t.Errorf("users from nowhere: %v", got)
		}
	})
	t.Run("paging", func(t *testing.T) {
		t.Parallel()
		usersPaging(t, newAdapter(t))
	})
}

type fact struct {
	kind    string
	value   string
	eventID string
}

func (f fact) event(userID string) events.Event {
	data := map[string]events.Data{
		"verified": events.UserVerified{UserID: userID, Username: f.value},
		"key":      events.UserKeyCreated{UserID: userID, KeyID: f.value},
		"topic":    events.UserTopicCreated{UserID: userID, TopicID: f.value},
	}[f.kind]
	return events.New(start, data, events.WithID(f.eventID))
}

func factEvents(userID string, facts ...fact) (evs []events.Event) {
	for _, f := range facts {
		evs = append(evs, f.event(userID))
	}
	return evs
}

// foldUser returns the expected user: of each kind of fact, the one with the smallest event id.
func foldUser(userID string, facts []fact) ports.User {
	first := map[string]fact{}
	for _, f := range facts {
		if have, ok := first[f.kind]; !ok || f.eventID < have.eventID {
			first[f.kind] = f
		}
	}
	keyedAt, _ := events.IDTime(first["key"].eventID)
	return ports.User{
		ID: userID, Username: first["verified"].value, KeyID: first["key"].value, KeyedAt: keyedAt, TopicID: first["topic"].value,
	}
}

// wantUser compares the directory's answers about a user with the facts.
func wantUser(ctx context.Context, d ports.UserDirectory, want ports.User, otherNames []string) error {
	got, err := d.ByID(ctx, want.ID)
	if want.Username == "" {
		if !errors.Is(err, ports.ErrNotFound) {
			return fmt.Errorf("ByID of who is not verified: %+v, %w", got, err)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("ByID: %w", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("ByID (-want +got):\n%s", diff)
	}
	got, err = d.ByUsername(ctx, want.Username)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		return fmt.Errorf("ByUsername: error %w, (-want +got):\n%s", err, diff)
	}
	for _, name := range otherNames {
		if got, err := d.ByUsername(ctx, name); name != want.Username && !errors.Is(err, ports.ErrNotFound) {
			return fmt.Errorf("ByUsername of a name that lost: %+v, %w", got, err)
		}
	}
	return nil
}

func usersInAnyOrder(t *testing.T, a UsersAdapter) {
	kinds := []string{"verified", "key", "topic"}
	for _, order := range [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		id := newID("user")
		var came []fact
		for _, i := range order {
			f := fact{kinds[i], newID(kinds[i]), newULID(i)}
			mustProject(t, projection.Users, a, f.event(id))
			came = append(came, f)
			want := foldUser(id, came)
			if err := wantUser(t.Context(), a, want, nil); err != nil {
				t.Errorf("after %v: %v", came, err)
			}
		}
	}
}

// drawFacts draws the facts about one user: of each kind none, one, or several contradictory ones.
func drawFacts(t *rapid.T) []fact {
	var facts []fact
	for _, kind := range []string{"verified", "key", "topic"} {
		n := rapid.IntRange(0, 3).Draw(t, kind)
		for range n {
			facts = append(facts, fact{kind, newID(kind), newULID(rapid.IntRange(0, 1000).Draw(t, "event"))})
		}
	}
	return facts
}

func namesOf(facts []fact) (names []string) {
	for _, f := range facts {
		if f.kind == "verified" {
			names = append(names, f.value)
		}
	}
	return names
}

func usersCommute(rt *rapid.T, a UsersAdapter) {
	id, facts := newID("user"), drawFacts(rt)
	redeliver(rt, projection.Users, a, factEvents(id, facts...))
	if err := wantUser(rt.Context(), a, foldUser(id, facts), namesOf(facts)); err != nil {
		rt.Fatal(err)
	}
}

func usersRace(t *testing.T, a UsersAdapter) {
	var evs []events.Event
	var wants []ports.User
	var allNames [][]string
	for range 3 {
		id := newID("user")
		var facts []fact
		for i := range 4 {
			for _, kind := range []string{"verified", "key", "topic"} {
				facts = append(facts, fact{kind, newID(kind), newULID(10 - i)})
			}
		}
		evs, wants, allNames = append(evs, factEvents(id, facts...)...), append(wants, foldUser(id, facts)), append(allNames, namesOf(facts))
	}
	race(t, projection.Users, a, evs)
	for i, want := range wants {
		if err := wantUser(t.Context(), a, want, allNames[i]); err != nil {
			t.Error(err)
		}
	}
}

// register registers users with the usernames, ready to receive, and returns them by id.
func register(t *testing.T, p ports.Projection, usernames ...string) map[string]ports.User {
	t.Helper()
	users := map[string]ports.User{}
	for _, name := range usernames {
		id := newID("user")
		facts := []fact{{"verified", name, newULID(1)}, {"key", newID("key"), newULID(2)}, {"topic", newID("topic"), newULID(3)}}
		mustProject(t, projection.Users, p, factEvents(id, facts...)...)
		users[id] = foldUser(id, facts)
	}
	return users
}

func findingUsers(t *testing.T, a UsersAdapter) {
	name := newID("Ünïcode.Name+1@Example")
	for id, want := range register(t, a, name) {
		for _, spelling := range []string{name, strings.ToLower(name), strings.ToUpper(name), strings.Replace(name, "N", "\uff2e", 1), norm.NFD.String(name)} {
			got, err := a.ByUsername(t.Context(), spelling)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("ByUsername(%q): error %v, (-want +got):\n%s", spelling, err, diff)
			}
		}
		for _, unknown := range []string{id + "x", strings.ToUpper(id), id[:len(id)-1], name, "' OR ''='"} {
			if got, err := a.ByID(t.Context(), unknown); !errors.Is(err, ports.ErrNotFound) || got != (ports.User{}) {
				t.Errorf("ByID(%q) = %v, %v; want ErrNotFound", unknown, got, err)
			}
		}
		for _, unknown := range []string{name + "x", name[:len(name)-1], " " + name, "%", id, "' OR ''='"} {
			if got, err := a.ByUsername(t.Context(), unknown); !errors.Is(err, ports.ErrNotFound) || got != (ports.User{}) {
				t.Errorf("ByUsername(%q) = %v, %v; want ErrNotFound", unknown, got, err)
			}
		}
	}
}

// usersOfOneName has a name reused after its user was deleted in the pool, which no event reports. User ids
// do not show who came last.
func usersOfOneName(t *testing.T, a UsersAdapter) {
	name := newID("name")
	ids := []string{newID("b"), newID("c"), newID("a")}
	for _, order := range [][]int{{1, 0}, {2}} {
		for _, i := range order {
			mustProject(t, projection.Users, a, fact{"verified", name, newULID(i)}.event(ids[i]))
		}
		want := ids[slices.Max(order)]
		if got, err := a.ByUsername(t.Context(), strings.ToUpper(name)); err != nil || got.ID != want {
			t.Errorf("after %v: found %s, %v; want %s", order, got.ID, err, want)
		}
	}
	if got, err := a.ByID(t.Context(), ids[0]); err != nil || got.Username != name {
		t.Errorf("the first one by id: %+v, %v", got, err)
	}
}

func findingManyUsers(t *testing.T, a UsersAdapter) {
	want := register(t, a, newID("ann"), newID("bob"), newID("cid"))
	unverified := newID("user")
	mustProject(t, projection.Users, a, fact{"key", newID("key"), newULID(1)}.event(unverified))
	ids := []string{unverified, newID("unknown")}
	for id := range want {
		ids = append(ids, id, id) // a page of messages may repeat a sender
	}
	for len(ids) < ports.MaxUserIDs {
		ids = append(ids, newID("unknown"))
	}
	got, err := a.ByIDs(t.Context(), ids)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("ByIDs: error %v, (-want +got):\n%s", err, diff)
	}
	if got, err := a.ByIDs(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("ByIDs of no ids: %v, %v", got, err)
	}
	if got, err := a.ByIDs(t.Context(), append(ids, newID("unknown"))); err == nil {
		t.Errorf("ByIDs of 101 ids: %d users and no error", len(got))
	}
}

func usersEndedContext(t *testing.T, a UsersAdapter) {
	id, ctx := newID("user"), ended(t)
	_, byID := a.ByID(ctx, id)
	_, byName := a.ByUsername(ctx, id)
	_, byIDs := a.ByIDs(ctx, []string{id})
	_, list := a.List(ctx, ports.PageRequest{Limit: 1})
	for name, err := range map[string]error{
		"Apply": project(ctx, projection.Users, a, fact{"key", id, newULID(1)}.event(id)),
		"ByID":  byID, "ByUsername": byName, "ByIDs": byIDs, "List": list,
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s = %v, want context.Canceled", name, err)
		}
	}
}

// usersPaging needs its own projection, because there is only one list of users.
func usersPaging(t *testing.T, a UsersAdapter) {
	// In order. Some are prefixes of others, which a wrong separator would misplace, and one is in capitals,
	// which sort before small letters.
	names := []string{"ann", "ann!", "ann-2", "ann.b", "ann2", "annabel", "BOB", "bobby", "c", "dé", "ÿ", "字"}
	byName := map[string]ports.User{}
	for _, u := range register(t, a, names...) {
		byName[u.Username] = u
	}
	mustProject(t, projection.Users, a, fact{"topic", "topic", newULID(1)}.event(newID("unverified")))
	want := make([]ports.User, len(names))
	for i, name := range names {
		want[i] = byName[name]
	}
	for _, limit := range limits(len(want)) {
		if diff := cmp.Diff(want, walk(t, a.List, limit, nil)); diff != "" {
			t.Errorf("limit %d (-want +got):\n%s", limit, diff)
		}
	}
	refuses(t, a.List, forgeries(nextOf(t, a.List)))
	refusesLimits(t, a.List)
	usersComeWhilePaging(t, a, want)
}

// usersComeWhilePaging registers users before, inside and after the position of a walk. They may be seen or
// not, and every other user is seen once.
func usersComeWhilePaging(t *testing.T, a UsersAdapter, there []ports.User) {
	n := 0
	got := walk(t, a.List, 2, func() {
		n++
		register(t, a, fmt.Sprintf("a-new-%02d", n), fmt.Sprintf("bo-new-%02d", n), fmt.Sprintf("字-new-%02d", n))
	})
	var old []ports.User
	seen := map[string]bool{}
	for _, u := range got {
		if seen[u.ID] {
			t.Errorf("%s came twice", u.Username)
		}
		seen[u.ID] = true
		if !strings.Contains(u.Username, "-new-") {
			old = append(old, u)
		}
	}
	if diff := cmp.Diff(there, old); diff != "" {
		t.Errorf("who was there all along (-want +got):\n%s", diff)
	}
}
