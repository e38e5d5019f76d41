package projections_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/cursor"
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

func openDB(t testing.TB) *sqlite.DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "sealpost.db"))
}

// must opens a generation.
func must[T any](t testing.TB, open func(context.Context, *sqlite.DB, int, cursor.Signer) (T, error), db *sqlite.DB, number int) T {
	t.Helper()
	p, err := open(t.Context(), db, number, signer)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// newUnread has the shape of the other constructors.
func newUnread(ctx context.Context, db *sqlite.DB, number int, _ cursor.Signer) (*projections.Unread, error) {
	return projections.NewUnread(ctx, db, number)
}

func TestUsers(t *testing.T) {
	t.Parallel()
	portstest.Users(t, func(t *testing.T) portstest.UsersAdapter { return must(t, projections.NewUsers, openDB(t), 1) })
}

func TestInbox(t *testing.T) {
	t.Parallel()
	portstest.Inbox(t, func(t *testing.T) portstest.InboxAdapter { return must(t, projections.NewInbox, openDB(t), 1) })
}

// Generations made before 2026-11-24 keep their rows in the order of the key. They
// go on working until a rebuild takes their place.
func TestInboxWithoutRowIDs(t *testing.T) {
	t.Parallel()
	portstest.Inbox(t, func(t *testing.T) portstest.InboxAdapter {
		db := openDB(t)
		old := strings.Replace(projections.InboxSchema, ") STRICT", ") STRICT, WITHOUT ROWID", 1)
		if err := db.Migrate(t.Context(), "projection-inbox-1", strings.ReplaceAll(old, "{generation}", "1")); err != nil {
			t.Fatal(err)
		}
		var made string
		if err := db.Read().QueryRowContext(t.Context(), `SELECT sql FROM sqlite_schema WHERE name = 'projection_inbox_1'`).Scan(&made); err != nil || !strings.HasSuffix(made, "WITHOUT ROWID") {
			t.Fatalf("the old table is %q, %v", made, err)
		}
		return must(t, projections.NewInbox, db, 1)
	})
}

func TestUnread(t *testing.T) {
	t.Parallel()
	portstest.Unread(t, func(t *testing.T) portstest.UnreadAdapter { return must(t, newUnread, openDB(t), 1) })
}
