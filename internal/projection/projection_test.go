package projection_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
)

var start = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

// eventIDs are few, so that events often contradict one another.
var eventIDs = func() (ids []string) {
	for i := range 4 {
		ids = append(ids, events.NewID(start.Add(time.Duration(i)*time.Second)))
	}
	return ids
}()

// drawEvent draws any event of few users and messages. What it says follows from its type, its
// subject and its id: of one event there is one content.
func drawEvent(t *rapid.T) events.Event {
	id := rapid.SampledFrom(eventIDs).Draw(t, "event")
	user := rapid.SampledFrom([]string{"ann", "bob"}).Draw(t, "user")
	message := rapid.SampledFrom([]string{"m1", "m2"}).Draw(t, "message")
	value := fmt.Sprintf("of %s in %s", user, id)
	data := rapid.SampledFrom([]events.Data{
		events.UserVerified{UserID: user, Username: value},
		events.UserKeyCreated{UserID: user, KeyID: value},
		events.UserTopicCreated{UserID: user, TopicID: value},
		events.MessageStored{
			MessageID: message, SenderID: "s", RecipientID: user, ObjectKey: value, KeyID: "k", WrappedKey: []byte(value), Algorithm: "a", Size: 1,
		},
		events.MessageRead{MessageID: message, RecipientID: user},
	}).Draw(t, "data")
	return events.New(start, data, events.WithID(id))
}

var anEvent = rapid.Custom(drawEvent)

func changes(p projection.Projection, evs []events.Event) (all []projection.Change) {
	for _, ev := range evs {
		all = p.Changes(all, ev)
	}
	return all
}

func equal(t *rapid.T, what string, a, b []projection.Change) {
	if diff := cmp.Diff(a, b, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%s:\n%s", what, diff)
	}
}

// Merging is a join: in whatever order, in whatever groups and however often changes come, the
// rows are the same.
func TestMergingIsAJoin(t *testing.T) {
	t.Parallel()
	for _, p := range projection.All() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				evs := rapid.SliceOfN(anEvent, 0, 12).Draw(t, "events")
				want := projection.MergeAll(changes(p, evs))

				shuffled := rapid.Permutation(evs).Draw(t, "order")
				equal(t, "another order", want, projection.MergeAll(changes(p, shuffled)))

				cut := rapid.IntRange(0, len(evs)).Draw(t, "cut")
				groups := slices.Concat(projection.MergeAll(changes(p, evs[cut:])), projection.MergeAll(changes(p, evs[:cut])))
				equal(t, "merged in groups", want, projection.MergeAll(groups))

				equal(t, "merged again", want, projection.MergeAll(slices.Concat(want, want)))
			})
		})
	}
}

func TestMergeAllIsSortedAndHasEachRowOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		merged := projection.MergeAll(changes(projection.Inbox, rapid.SliceOfN(anEvent, 0, 12).Draw(t, "events")))
		for i := 1; i < len(merged); i++ {
			a, b := merged[i-1].Key, merged[i].Key
			if a.Owner > b.Owner || a.Owner == b.Owner && a.Item >= b.Item {
				t.Fatalf("%v is followed by %v", a, b)
			}
		}
	})
}

// A merge leaves what it was given as it was: both may be part of other changes.
func TestMergeChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given := changes(projection.Users, rapid.SliceOfN(anEvent, 0, 8).Draw(t, "events"))
		var before []projection.Change
		for _, c := range given {
			c.Facts = slices.Clone(c.Facts)
			before = append(before, c)
		}
		projection.MergeAll(given)
		equal(t, "after a merge", before, given)
	})
}

// What projections say that they are made of is what changes them, and what their consumers get.
func TestEventsAreThoseOfTheSubscriptions(t *testing.T) {
	t.Parallel()
	samples := map[events.Type]events.Data{}
	for _, data := range []events.Data{
		events.UserVerified{}, events.UserKeyCreated{}, events.UserTopicRequested{}, events.UserTopicCreated{}, events.MessageStored{}, events.MessageRead{},
	} {
		samples[data.Type()] = data
	}
	for _, p := range projection.All() {
		s, err := events.SubscriptionOf(p.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, typ := range events.Types() {
			sample, ok := samples[typ]
			if !ok {
				t.Fatalf("no sample of %s", typ)
			}
			changed := p.Changes(nil, events.Event{Data: sample})
			if len(changed) > 0 != p.Takes(typ) || s.Takes(typ) != p.Takes(typ) {
				t.Errorf("%s changes %d rows of %s, which takes it: %t, and is subscribed: %t", typ, len(changed), p.Name, p.Takes(typ), s.Takes(typ))
			}
			for _, c := range changed {
				if c.Stage >= p.Stages {
					t.Errorf("%s has %d stages, and %s raises a row to %d", p.Name, p.Stages, typ, c.Stage)
				}
			}
		}
	}
}
