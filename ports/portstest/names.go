package portstest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/ports"
)

// NameRegistry is the contract of [ports.NameRegistry].
func NameRegistry(t *testing.T, create func(*testing.T) ports.NameRegistry) {
	shared := once(t, create)
	for name, test := range map[string]func(*testing.T, ports.NameRegistry){
		"a skeleton is one name's":                       namesApart,
		"all skeletons are taken or none":                namesAllOrNone,
		"a retry succeeds and renews the time":           namesRetry,
		"a release frees what it names and nothing else": namesRelease,
		"one of racing names wins":                       namesRace,
		"an ended context reserves nothing":              namesEnded,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, shared())
		})
	}
}

func reservation(name string, skeletons ...string) ports.Reservation {
	return ports.Reservation{Name: name, Skeletons: skeletons, At: at(0)}
}

func reserve(t *testing.T, names ports.NameRegistry, r ports.Reservation) {
	t.Helper()
	if inTheWay, err := names.Reserve(t.Context(), r); err != nil {
		t.Fatalf("reserving %+v: %v, in the way is %+v", r, err, inTheWay)
	}
}

func refuseName(t *testing.T, names ports.NameRegistry, r, want ports.Reservation) {
	t.Helper()
	inTheWay, err := names.Reserve(t.Context(), r)
	if !errors.Is(err, ports.ErrNameTaken) {
		t.Fatalf("reserving %+v: %v, want ErrNameTaken", r, err)
	}
	if diff := cmp.Diff(want, inTheWay); diff != "" {
		t.Errorf("in the way (-want +got):\n%s", diff)
	}
}

func namesApart(t *testing.T, names ports.NameRegistry) {
	a, b := newID("sk"), newID("sk")
	reserve(t, names, reservation("alice", a))
	refuseName(t, names, reservation("аlice", a), reservation("alice", a))
	refuseName(t, names, reservation("Alice", a), reservation("alice", a))
	reserve(t, names, reservation("bob", b))
}

func namesAllOrNone(t *testing.T, names ports.NameRegistry) {
	a, b, c := newID("sk"), newID("sk"), newID("sk")
	reserve(t, names, reservation("first", b))
	refuseName(t, names, reservation("second", a, b, c), reservation("first", b))
	reserve(t, names, reservation("third", a, c))
}

func namesRetry(t *testing.T, names ports.NameRegistry) {
	a, b := newID("sk"), newID("sk")
	reserve(t, names, reservation("alice", a, b))
	later := reservation("alice", a, b)
	later.At = at(60)
	reserve(t, names, later)
	want := reservation("alice", b)
	want.At = at(60)
	refuseName(t, names, reservation("other", b), want)
}

func namesRelease(t *testing.T, names ports.NameRegistry) {
	a, b := newID("sk"), newID("sk")
	reserve(t, names, reservation("alice", a))
	reserve(t, names, reservation("bob", b))
	early := reservation("alice", a)
	early.At = at(-1)
	for _, r := range []ports.Reservation{reservation("bob", a), early, reservation("nobody", newID("sk"))} {
		if err := names.Release(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	refuseName(t, names, reservation("other", a), reservation("alice", a))
	for range 2 { // repeating it succeeds
		if err := names.Release(t.Context(), reservation("alice", a)); err != nil {
			t.Fatal(err)
		}
	}
	reserve(t, names, reservation("other", a))
	refuseName(t, names, reservation("other", b), reservation("bob", b))
}

func namesRace(t *testing.T, names ports.NameRegistry) {
	a, b := newID("sk"), newID("sk")
	const racers = 8
	won := make(chan string, racers)
	var wg sync.WaitGroup
	for i := range racers {
		wg.Go(func() {
			skeletons := []string{a, b}
			if i%2 == 1 {
				skeletons = []string{b, a}
			}
			r := reservation(fmt.Sprintf("racer-%d", i), skeletons...)
			// A registry may report that it is busy; a sign-up then retries.
			for until := time.Now().Add(30 * time.Second); time.Now().Before(until); {
				_, err := names.Reserve(t.Context(), r)
				if err == nil {
					won <- r.Name
				}
				if err == nil || errors.Is(err, ports.ErrNameTaken) {
					return
				}
			}
			t.Errorf("%s neither won nor lost", r.Name)
		})
	}
	wg.Wait()
	if len(won) != 1 {
		t.Fatalf("%d names won", len(won))
	}
	refuseName(t, names, reservation("other", a), reservation(<-won, a))
}

func namesEnded(t *testing.T, names ports.NameRegistry) {
	a := newID("sk")
	if _, err := names.Reserve(ended(t), reservation("alice", a)); err == nil {
		t.Error("reserved with an ended context")
	}
	reserve(t, names, reservation("bob", a))
}
