package reconcile_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/consumers/reconcile"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/claimcheck"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
)

// world is what the function looks at.
type world struct {
	ports.Inbox

	blobs      []ports.BlobInfo
	from, to   time.Time
	thorough   bool
	listErr    error
	inbox      map[string]bool
	inboxErr   error
	identities []ports.Identity
	users      map[string]bool
	bus        handlertest.Bus
}

func (w *world) ListBlobs(_ context.Context, from, to time.Time, visit func(ports.BlobInfo) error) error {
	w.from, w.to = from, to
	for _, b := range w.blobs {
		if err := visit(b); err != nil {
			return err
		}
	}
	return w.listErr
}

func (w *world) Get(_ context.Context, _, id string) (ports.InboxMessage, error) {
	if w.inboxErr != nil {
		return ports.InboxMessage{}, w.inboxErr
	}
	if !w.inbox[id] {
		return ports.InboxMessage{}, ports.ErrNotFound
	}
	return ports.InboxMessage{ID: id}, nil
}

func (w *world) Address(context.Context, string) (string, error) {
	return "", errors.New("not asked for")
}

func (w *world) Confirmed(_ context.Context, visit func(ports.Identity) error) error {
	for _, i := range w.identities {
		if err := visit(i); err != nil {
			return err
		}
	}
	return nil
}

// users is the world's directory.
type users struct {
	ports.UserDirectory
	w *world
}

func (u users) ByID(_ context.Context, id string) (ports.User, error) {
	if !u.w.users[id] {
		return ports.User{}, ports.ErrNotFound
	}
	return ports.User{ID: id}, nil
}

// everything is the listing that goes through all that is stored.
type everything struct{ *world }

func (e everything) ListBlobs(ctx context.Context, from, to time.Time, visit func(ports.BlobInfo) error) error {
	e.thorough = true
	return e.world.ListBlobs(ctx, from, to, visit)
}

func (w *world) run(t *testing.T) error { return w.runWith(t, `{}`) }

func (w *world) runWith(t *testing.T, detail string) error {
	t.Helper()
	return reconcile.New(reconcile.Deps{
		Blobs: everything{w}, Recent: w, Inbox: w, Identities: w, Users: users{w: w}, Bus: &w.bus, Now: handlertest.Now, Log: handlertest.Log,
		Grace: time.Minute, From: func(now time.Time) time.Time { return now.Add(-time.Hour) },
	})(t.Context(), lambdaevents.EventBridgeEvent{Detail: json.RawMessage(detail)})
}

func message(id string) (events.Event, ports.BlobInfo) {
	data := events.MessageStored{
		MessageID: id, SenderID: "s", RecipientID: "r", ObjectKey: "messages/" + id, KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a",
	}
	ev := events.New(handlertest.Now().Add(-10*time.Minute), data)
	return ev, ports.BlobInfo{Key: data.ObjectKey, Metadata: claimcheck.Metadata(ev.Metadata, data)}
}

func TestCiphertextWithoutItsEventIsAnnounced(t *testing.T) {
	t.Parallel()
	missing, missingBlob := message("missing")
	_, known := message("known")
	w := &world{
		inbox: map[string]bool{"known": true},
		blobs: []ports.BlobInfo{known, {Key: "somebody-elses"}, missingBlob},
	}
	if err := w.run(t); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]events.Event{missing}, w.bus.Published()); diff != "" {
		t.Errorf("(-want +published)\n%s", diff)
	}
	if now := handlertest.Now(); !w.from.Equal(now.Add(-time.Hour)) || !w.to.Equal(now.Add(-time.Minute)) || w.thorough {
		t.Errorf("looked from %v to %v, thoroughly %v", w.from, w.to, w.thorough)
	}
}

func TestAWindowInTheEventLooksThroughEverything(t *testing.T) {
	t.Parallel()
	missing, blob := message("missing")
	w := &world{blobs: []ports.BlobInfo{blob}, identities: []ports.Identity{
		{UserID: "u", Username: "n", ConfirmedAt: handlertest.Now().Add(-47 * time.Hour)},
	}}
	if err := w.runWith(t, `{"window": "48h"}`); err != nil {
		t.Fatal(err)
	}
	if now := handlertest.Now(); !w.from.Equal(now.Add(-48*time.Hour)) || !w.to.Equal(now.Add(-time.Minute)) || !w.thorough {
		t.Errorf("looked from %v to %v, thoroughly %v", w.from, w.to, w.thorough)
	}
	if published := w.bus.Published(); len(published) != 2 || !cmp.Equal(published[0], missing) {
		t.Errorf("published %+v, want the message's event and the user's", published)
	}
}

func TestAWindowThatIsNoneIsAnError(t *testing.T) {
	t.Parallel()
	for _, detail := range []string{`{"window": "2 days"}`, `{"window": "-1h"}`, `{"window": 48}`, `[]`} {
		w := &world{}
		if err := w.runWith(t, detail); !errors.Is(err, reconcile.ErrWindow) || !w.to.IsZero() {
			t.Errorf("%s: error %v, looked until %v", detail, err, w.to)
		}
	}
}

func TestConfirmedUsersWithoutTheirEventAreAnnounced(t *testing.T) {
	t.Parallel()
	old := handlertest.Now().Add(-time.Hour)
	older := old.Add(-time.Second)
	w := &world{
		users: map[string]bool{"known": true},
		identities: []ports.Identity{
			{UserID: "known", Username: "k", ConfirmedAt: old},
			{UserID: "missing", Username: "m", ConfirmedAt: old},
			{UserID: "asked-for-before", Username: "a", ConfirmedAt: older},
			{UserID: "fresh", Username: "f", ConfirmedAt: handlertest.Now()},
		},
	}
	if err := w.run(t); err != nil {
		t.Fatal(err)
	}
	published := w.bus.Published()
	if len(published) != 1 || !cmp.Equal(published[0].Data, events.Data(events.UserVerified{UserID: "missing", Username: "m"})) {
		t.Errorf("published %+v", published)
	}
}

func TestOneHalfFailingDoesNotStopTheOther(t *testing.T) {
	t.Parallel()
	out := errors.New("out")
	_, blob := message("m")
	w := &world{inboxErr: out, blobs: []ports.BlobInfo{blob}, identities: []ports.Identity{{UserID: "u", Username: "n", ConfirmedAt: handlertest.Now().Add(-time.Hour)}}}
	if err := w.run(t); !errors.Is(err, out) {
		t.Errorf("got %v", err)
	}
	if n := len(w.bus.Published()); n != 1 {
		t.Errorf("published %d events, want the user's", n)
	}
	w.bus.Err = out
	if err := w.run(t); !errors.Is(err, out) {
		t.Errorf("got %v", err)
	}
}
