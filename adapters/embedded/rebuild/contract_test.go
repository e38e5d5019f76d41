package rebuild_test

import (
	"fmt"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestRebuilder(t *testing.T) {
	t.Parallel()
	portstest.Rebuilder(t, func(t *testing.T) portstest.RebuildAdapter {
		w := newTestWorld(t)
		w.past(9)
		w.pretendDelivered("inbox")
		w.pretendDelivered("unread")
		return portstest.RebuildAdapter{
			Rebuilder: w.Rebuilder,
			Apply:     func(t *testing.T, variables string) { t.Errorf("reported the variables %s", variables) },
			Spoil: func(_ *testing.T, generation int) {
				w.ok(w.db.Write(t.Context(), func(tx *sqlite.Tx) error {
					_, err := tx.Exec(fmt.Sprintf(`INSERT INTO projection_inbox_%d (recipient_id, stage, message_id) VALUES ('recipient-0', 0, 'made-up')`, generation))
					return err
				}))
			},
		}
	})
}
