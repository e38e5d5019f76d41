package portstest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// ClaimsAdapter accepts messages. Its blobs and bus receive what it stores.
type ClaimsAdapter struct {
	ports.Claimer
	Blobs ports.BlobReader
	Bus   BusAdapter
}

// Claims is the contract of [ports.Claimer]. Every subtest creates its own adapter.
func Claims(t *testing.T, create func(*testing.T) ClaimsAdapter) {
	for name, test := range map[string]func(*testing.T, ClaimsAdapter){
		"ciphertext and event are there":     claimsAccepted,
		"a place that is taken":              claimsTaken,
		"of racing claims one wins":          claimsRace,
		"invalid claims are refused":         claimsRefused,
		"a context that has ended":           claimsEnded,
		"many claims at once are apart":      claimsMany,
		"a claim without a fingerprint":      claimsWithoutFingerprint,
		"the ciphertext describes its event": claimsDescribed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, create(t))
		})
	}
}

// newClaim returns a claim of an object key with size random bytes.
func newClaim(place string, size int) ports.Claim {
	body := make([]byte, size)
	_, _ = rand.Read(body) // never fails
	return ports.Claim{
		Event: events.New(start, events.MessageStored{
			MessageID: newULID(size), SenderID: newID("user"), RecipientID: newID("user"), ObjectKey: place,
			KeyID: newID("key"), WrappedKey: []byte{0, 1, 254, 255}, Algorithm: "test", Size: int64(size),
		}, events.WithCorrelation(newID("request"), "")),
		Fingerprint: strings.Repeat("0f", 16) + newULID(size), Body: body,
	}
}

func newPlace() string { return "sealed/" + newID("place") }

// sizes are of bodies that the embedded backend stores in the database and in a file.
var sizes = []int{1024, 100 << 10}

// wantHeld fails the test unless the claim holds its key.
func wantHeld(t *testing.T, a ClaimsAdapter, held, want ports.Claim) {
	t.Helper()
	body := want.Body
	want.Body = nil
	if diff := cmp.Diff(want, held); diff != "" {
		t.Errorf("held by another (-want +got):\n%s", diff)
	}
	data, _ := want.Event.Data.(events.MessageStored)
	blob, err := a.Blobs.GetBlob(t.Context(), data.ObjectKey)
	if err != nil || !bytes.Equal(blob.Body, body) {
		t.Errorf("the ciphertext came back with %d bytes of %d, %v", len(blob.Body), len(body), err)
	}
}

func claim(t *testing.T, a ClaimsAdapter, c ports.Claim) ports.Claim {
	t.Helper()
	held, err := a.Claim(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return held
}

func claimsAccepted(t *testing.T, a ClaimsAdapter) {
	var evs []events.Event
	for _, size := range append([]int{0, maxSealed}, sizes...) {
		c := newClaim(newPlace(), size)
		wantHeld(t, a, claim(t, a, c), c)
		evs = append(evs, c.Event)
	}
	same(t, arrive(t, a.Bus, evs...), evs...)
}

// claimsTaken checks that a second claim changes nothing and its event is never published.
func claimsTaken(t *testing.T, a ClaimsAdapter) {
	var evs []events.Event
	for _, size := range sizes {
		place := newPlace()
		first := newClaim(place, size)
		wantHeld(t, a, claim(t, a, first), first)
		for _, other := range []ports.Claim{first, newClaim(place, size), newClaim(place, 10), newClaim(place, 100<<10)} {
			wantHeld(t, a, claim(t, a, other), first)
		}
		evs = append(evs, first.Event)
	}
	last := newClaim(newPlace(), 1)
	claim(t, a, last)
	evs = append(evs, last.Event)
	same(t, arrive(t, a.Bus, evs...), evs...)
}

func claimsRace(t *testing.T, a ClaimsAdapter) {
	for _, size := range sizes {
		place := newPlace()
		var winner atomic.Pointer[ports.Claim]
		together(t, racers, func(ctx context.Context, _ int) error {
			c := newClaim(place, size)
			held, err := a.Claim(ctx, c)
			if err != nil {
				return err
			}
			if held.Fingerprint == c.Fingerprint && winner.Swap(&c) != nil {
				return errors.New("two claims of one place won")
			}
			return nil
		})
		if winner.Load() == nil {
			t.Fatal("no claim won")
		}
		wantHeld(t, a, claim(t, a, newClaim(place, size)), *winner.Load())
		got := arrive(t, a.Bus, winner.Load().Event)
		for id, copies := range got {
			if data, ok := copies[0].Data.(events.MessageStored); ok && data.ObjectKey == place && id != winner.Load().Event.Metadata.ID {
				t.Errorf("the event of a claim that lost was published: %v", data)
			}
		}
	}
}

func claimsRefused(t *testing.T, a ClaimsAdapter) {
	invalid := newClaim(newPlace(), 10)
	invalid.Event = events.New(start, events.MessageStored{ObjectKey: newPlace()})
	other := newClaim(newPlace(), 10)
	other.Event = reads(1)[0]
	place := newClaim("../"+newPlace(), 10)
	fingerprint := newClaim(newPlace(), 10)
	fingerprint.Fingerprint = "two\nlines"
	for name, c := range map[string]ports.Claim{
		"an invalid event": invalid, "another type": other, "a bad place": place, "a bad fingerprint": fingerprint,
	} {
		if held, err := a.Claim(t.Context(), c); err == nil {
			t.Errorf("%s: accepted as %v", name, held)
		}
	}
	last := newClaim(newPlace(), 1)
	claim(t, a, last)
	same(t, arrive(t, a.Bus, last.Event), last.Event)
}

func claimsEnded(t *testing.T, a ClaimsAdapter) {
	for _, size := range sizes {
		c := newClaim(newPlace(), size)
		if _, err := a.Claim(ended(t), c); !errors.Is(err, context.Canceled) {
			t.Errorf("Claim = %v, want context.Canceled", err)
		}
		wantHeld(t, a, claim(t, a, c), c) // the next try finds the key free
	}
}

func claimsMany(t *testing.T, a ClaimsAdapter) {
	claims := make([]ports.Claim, racers*4)
	evs := make([]events.Event, len(claims))
	for i := range claims {
		claims[i] = newClaim(newPlace(), i)
		evs[i] = claims[i].Event
	}
	together(t, len(claims), func(ctx context.Context, i int) error {
		_, err := a.Claim(ctx, claims[i])
		return err
	})
	for _, c := range claims {
		wantHeld(t, a, claim(t, a, c), c)
	}
	same(t, arrive(t, a.Bus, evs...), evs...)
}

func claimsWithoutFingerprint(t *testing.T, a ClaimsAdapter) {
	place := newPlace()
	c := newClaim(place, 10)
	c.Fingerprint = ""
	wantHeld(t, a, claim(t, a, c), c)
	wantHeld(t, a, claim(t, a, newClaim(place, 10)), c)
}

// claimsDescribed checks that the stored metadata identifies the message even if the bus lost its event.
func claimsDescribed(t *testing.T, a ClaimsAdapter) {
	c := newClaim(newPlace(), 10)
	claim(t, a, c)
	data, _ := c.Event.Data.(events.MessageStored)
	blob, err := a.Blobs.GetBlob(t.Context(), data.ObjectKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"message-id": data.MessageID, "event-id": c.Event.Metadata.ID, "fingerprint": c.Fingerprint} {
		if got := blob.Metadata[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
