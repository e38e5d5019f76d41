package projections_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

var signer = cursor.New([]byte("a key of 32 bytes for the tests."))

func openAt(t testing.TB, path string, opts ...sqlite.Option) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// openSet opens the projections as `sealpost serve` does.
func openSet(t testing.TB, db *sqlite.DB) *projections.Set {
	t.Helper()
	s, err := projections.OpenSet(t.Context(), db, signer)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newSet(t testing.TB) *projections.Set {
	t.Helper()
	return openSet(t, openAt(t, filepath.Join(t.TempDir(), "sealpost.db")))
}

// begin makes candidates that are given live events only.
func begin(t testing.TB, s *projections.Set, names ...string) {
	t.Helper()
	if err := s.Begin(t.Context(), time.Now(), names, 0, func(context.Context) (int64, error) { return 0, nil }); err != nil {
		t.Fatal(err)
	}
}

// mustApply has events change a projection.
func mustApply(t testing.TB, p projection.Projection, to ports.Projection, evs ...events.Event) {
	t.Helper()
	if err := apply(t.Context(), p, to, evs...); err != nil {
		t.Fatal(err)
	}
}

func apply(ctx context.Context, p projection.Projection, to ports.Projection, evs ...events.Event) error {
	var changes []projection.Change
	for _, ev := range evs {
		changes = p.Changes(changes, ev)
	}
	return to.Apply(ctx, changes)
}

// contract runs a suite over the projection as it is after a start, and as it is while a rebuild
// goes on and after the candidate was promoted. Both generations must then be the same.
func contract[A any](t *testing.T, name string, suite func(*testing.T, func(*testing.T) A), adapter func(*projections.Set) A) {
	t.Run("one generation", func(t *testing.T) {
		t.Parallel()
		suite(t, func(t *testing.T) A { return adapter(newSet(t)) })
	})
	t.Run("a kept generation and the promoted one", func(t *testing.T) {
		t.Parallel()
		suite(t, func(t *testing.T) A {
			s := newSet(t)
			begin(t, s, name)
			if err := s.MarkFilled(t.Context(), time.Now(), []string{name}, ""); err != nil {
				t.Fatal(err)
			}
			if err := s.Switch(t.Context(), time.Now(), []string{name}, projections.Filled, "promoted"); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				c, err := s.Compare(context.Background(), name)
				if err != nil || c.Differing != 0 || c.LiveRows != c.CandidateRows {
					t.Errorf("the generations differ: %+v, %v", c, err)
				}
			})
			return adapter(s)
		})
	})
}

func TestUsers(t *testing.T) {
	t.Parallel()
	contract(t, projection.Users.Name, portstest.Users, func(s *projections.Set) portstest.UsersAdapter { return s.Users() })
}

func TestInbox(t *testing.T) {
	t.Parallel()
	contract(t, projection.Inbox.Name, portstest.Inbox, func(s *projections.Set) portstest.InboxAdapter { return s.Inbox() })
}

func TestUnread(t *testing.T) {
	t.Parallel()
	contract(t, projection.Unread.Name, portstest.Unread, func(s *projections.Set) portstest.UnreadAdapter { return s.Unread() })
}

// A comparison sees every column that is written, the key first.
func TestDigestsSeeAllColumns(t *testing.T) {
	t.Parallel()
	db := newSet(t).DB()
	for _, p := range projection.All() {
		rows, err := db.Read().QueryContext(t.Context(), projections.DigestQuery(p)) //nolint:rowserrcheck // there are none
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		want := projections.Columns(p)
		if err != nil || columns[0] != want[0] || !slices.Equal(slices.Sorted(slices.Values(columns)), slices.Sorted(slices.Values(want))) {
			t.Errorf("%s: the digest is over %v, rows have %v (%v)", p.Name, columns, want, err)
		}
	}
}
