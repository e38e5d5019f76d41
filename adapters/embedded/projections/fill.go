package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// Fill fills candidates: Add collects the changes of events, and Take and Write write them. A Fill is for one
// goroutine; another may use the chunks from Take.
type Fill struct {
	db         *sqlite.DB
	candidates []*candidate
	bytes      int
}

type candidate struct {
	*generation
	changes []projection.Change // since the last Take
}

// Fill returns a Fill of the candidates of projections, which must be in the state Filling.
func (s *Set) Fill(ctx context.Context, names []string) (*Fill, error) {
	recorded, err := s.candidatesOf(ctx, names, Filling)
	if err != nil {
		return nil, err
	}
	f := &Fill{db: s.db}
	for _, c := range recorded {
		g, err := s.byName[c.Projection].find(c.Generation)
		if err != nil {
			return nil, err
		}
		f.candidates = append(f.candidates, &candidate{generation: g})
	}
	return f, nil
}

// Types returns the types of events that change any of the candidates.
func (f *Fill) Types() []events.Type {
	var types []events.Type
	for _, t := range events.Types() {
		for _, c := range f.candidates {
			if c.writer.Takes(t) {
				types = append(types, t)
				break
			}
		}
	}
	return types
}

// Add collects the changes of an event.
func (f *Fill) Add(ev events.Event) {
	for _, c := range f.candidates {
		before := len(c.changes)
		c.changes = c.writer.Changes(c.changes, ev)
		for _, change := range c.changes[before:] {
			f.bytes += sizeOf(change)
		}
	}
}

// Bytes returns about how much memory the changes since the last Take use.
func (f *Fill) Bytes() int { return f.bytes }

func sizeOf(c projection.Change) int {
	const changeSize, factSize, valueSize = 64, 48, 40
	size := changeSize + len(c.Key.Owner) + len(c.Key.Item)
	for _, fact := range c.Facts {
		size += factSize + len(fact.EventID)
		for _, value := range fact.Values {
			size += valueSize
			switch v := value.(type) {
			case string:
				size += len(v)
			case []byte:
				size += len(v)
			}
		}
	}
	return size
}

// Chunk has the collected changes of many events. It is written in the order of the tables' keys, so that
// rows of one page are adjacent. Writing a page once for many rows instead of once per row saves most of the
// cost of filling a large table, so chunks are large.
type Chunk struct{ parts []part }

// part is the unwritten rest of one generation.
type part struct {
	*generation
	rows []projection.Change
}

// Take returns the changes collected since the last Take.
func (f *Fill) Take() *Chunk {
	c := &Chunk{}
	for _, to := range f.candidates {
		c.parts = append(c.parts, part{to.generation, to.changes})
		// The next chunk will have about the same size.
		to.changes = make([]projection.Change, 0, len(to.changes)+len(to.changes)/16)
	}
	f.bytes = 0
	return c
}

// Merge prepares a chunk for Write. It runs before the transaction, because all other writes wait for the
// transaction.
func (c *Chunk) Merge() {
	for i := range c.parts {
		c.parts[i].rows = projection.MergeAll(c.parts[i].rows)
	}
}

// Rows returns how many rows of a merged chunk are unwritten.
func (c *Chunk) Rows() (n int) {
	for _, p := range c.parts {
		n += len(p.rows)
	}
	return n
}

func (c *Chunk) next(n int) []part {
	var taken []part
	for i := range c.parts {
		p := &c.parts[i]
		m := min(n, len(p.rows))
		taken = append(taken, part{p.generation, p.rows[:m]})
		p.rows = p.rows[m:]
		n -= m
	}
	return taken
}

// Write writes at most n further rows of a merged chunk in one transaction, so live writes wait for no more
// than that. It does not wait for the disk; MarkFilled does. It reports whether rows remain. The last
// transaction also records that the candidates have the log up to position. After a crash the next fill
// continues at the recorded position and may write some rows again, which does not change them.
func (f *Fill) Write(ctx context.Context, c *Chunk, n int, position int64, skipped int) (more bool, err error) {
	parts := c.next(n)
	more = c.Rows() > 0
	err = f.db.WriteUnsynced(ctx, func(tx *sqlite.Tx) error {
		for _, p := range parts {
			if err := p.writer.put(tx, p.rows); err != nil {
				return err
			}
		}
		if more {
			return nil
		}
		return f.moveTo(tx, position, skipped)
	})
	if err != nil {
		return false, fmt.Errorf("filling: %w", err)
	}
	return more, nil
}

func (f *Fill) moveTo(tx *sqlite.Tx, position int64, skipped int) error {
	for _, c := range f.candidates {
		moved, err := tx.Exec(`UPDATE projection_candidates SET position = ?, skipped = skipped + ?
			WHERE projection = ? AND generation = ? AND state = 'filling' AND position < ?`, position, skipped, c.writer.Name, c.number, position)
		if err != nil {
			return err
		}
		if moved == 0 {
			return fmt.Errorf("%w: generation %d of %s is not being filled any more", ports.ErrGenerations, c.number, c.writer.Name)
		}
	}
	return nil
}

// MarkFilled records that candidates have all events, once those are on disk.
func (s *Set) MarkFilled(ctx context.Context, at time.Time, names []string, detail string) error {
	candidates, err := s.candidatesOf(ctx, names, Filling)
	if err != nil {
		return err
	}
	return recorded(s.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, c := range candidates {
			if _, err := tx.Exec(`UPDATE projection_candidates SET state = 'filled' WHERE projection = ? AND state = 'filling'`, c.Projection); err != nil {
				return err
			}
			if err := record(tx, Step{At: at, Projection: c.Projection, Generation: c.Generation, Step: "filled", Detail: detail}); err != nil {
				return err
			}
		}
		return nil
	}))
}
