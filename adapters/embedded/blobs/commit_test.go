package blobs_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// When the commit itself fails nobody knows whether the row will be found after a
// crash. The body is kept until the next start has looked.
func TestTheFileOfAnUncertainRowIsKeptUntilTheNextStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		// A foreign key that is checked at the commit: somebody else in the group makes
		// the commit fail for everybody.
		err := h.db.Migrate(t.Context(), "fail", `CREATE TABLE fail (id INTEGER PRIMARY KEY,
			parent INTEGER REFERENCES fail (id) DEFERRABLE INITIALLY DEFERRED) STRICT`)
		if err != nil {
			t.Fatal(err)
		}
		s := h.open(t)
		held, let, outcomes := make(chan struct{}), make(chan struct{}), make(chan error, 3)
		go func() {
			outcomes <- h.db.Write(t.Context(), func(*sqlite.Tx) error { close(held); <-let; return nil })
		}()
		<-held
		go func() { outcomes <- s.CreateBlob(t.Context(), "messages/1", ports.Blob{Body: large}) }()
		go func() {
			outcomes <- h.db.Write(t.Context(), func(tx *sqlite.Tx) error {
				_, err := tx.Exec(`INSERT INTO fail (parent) VALUES (42)`)
				return err
			})
		}()
		synctest.Wait() // until both stand in the queue
		close(let)
		failed := 0
		for range 3 {
			if err := <-outcomes; err != nil && strings.Contains(err.Error(), "committing") {
				failed++
			}
		}
		if failed != 2 {
			t.Errorf("%d of the group's 2 failed with the commit", failed)
		}
		if files := h.files(t); len(files) != 1 || !strings.HasPrefix(files[0], "tmp/") {
			t.Errorf("files %v, want the body's in tmp", files)
		}
		wantNothing(t, h, h.open(t), "messages/1")
		if err := s.CreateBlob(t.Context(), "messages/1", ports.Blob{Body: large}); err != nil {
			t.Errorf("the next try: %v", err)
		}
	})
}
