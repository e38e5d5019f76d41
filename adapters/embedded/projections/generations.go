package projections

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// generations are the open generations of one projection. One serves the queries, and all receive live
// events.
//
// A live event is written to all of them in one transaction, so no reader and no crash ever sees an event in
// one generation only.
type generations struct {
	db      *sqlite.DB
	table   table
	cursors cursor.Signer // signs the cursors of lists
	// switching is held for reading by queries and for writing by a switch. After a switch no query reads the
	// previous generation, so it may be dropped.
	switching *sync.RWMutex
	live      *generation // guarded by switching
	// open has all generations. Writes load it inside their transaction; transactions run one at a time.
	open atomic.Pointer[[]*generation]
}

var _ ports.Projection = (*generations)(nil)

func newGenerations(db *sqlite.DB, cursors cursor.Signer, switching *sync.RWMutex, t table) *generations {
	g := &generations{db: db, table: t, cursors: cursors, switching: switching}
	g.open.Store(&[]*generation{})
	return g
}

// Apply implements [ports.Projection].
func (g *generations) Apply(ctx context.Context, changes []projection.Change) error {
	rows := projection.MergeAll(changes) // before the transaction, because other writes wait for it
	err := g.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, one := range *g.open.Load() {
			if err := one.writer.put(tx, rows); err != nil {
				return err
			}
		}
		return nil
	})
	return g.failed("writing", err)
}

func (g *generations) failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s projection %s: %w", doing, g.table.Name, err)
}

// add opens a generation, which receives live events from then on.
func (g *generations) add(ctx context.Context, number int) error {
	one, err := openGeneration(ctx, g.db, g.table, number)
	if err != nil {
		return err
	}
	all := append(slices.Clone(*g.open.Load()), one)
	g.open.Store(&all)
	return nil
}

func (g *generations) remove(number int) {
	all := slices.DeleteFunc(slices.Clone(*g.open.Load()), func(one *generation) bool { return one.number == number })
	g.open.Store(&all)
}

// setLive requires switching to be held for writing, or no query to be running yet.
func (g *generations) setLive(number int) {
	if one, err := g.find(number); err == nil {
		g.live = one
	}
}

func (g *generations) liveNumber() int {
	g.switching.RLock()
	defer g.switching.RUnlock()
	return g.live.number
}

func (g *generations) find(number int) (*generation, error) {
	for _, one := range *g.open.Load() {
		if one.number == number {
			return one, nil
		}
	}
	return nil, fmt.Errorf("generation %d of projection %s is not open", number, g.table.Name)
}
