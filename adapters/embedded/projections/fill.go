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

// Fill fills candidates: Add collects what events change, and Take and Write put it on disk.
// A Fill is for one goroutine; the chunks that it gave away are for another.
type Fill struct {
	db         *sqlite.DB
	candidates []*candidate
	bytes      int
}

// candidate is one that is filled.
type candidate struct {
	*generation
	changes []projection.Change // since the last Take
}

// Fill fills the candidates of projections, which are in the state Filling.
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

// Types are those of the events that change any of the candidates.
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

// Add collects what an event changes.
func (f *Fill) Add(ev events.Event) {
	for _, c := range f.candidates {
		before := len(c.changes)
		c.changes = c.writer.Changes(c.changes, ev)
		for _, change := range c.changes[before:] {
			f.bytes += sizeOf(change)
		}
	}
}

// Bytes is about how much memory holds what was collected since the last Take.
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

// Chunk is what was collected of many events. It is written in the order of the tables' keys,
// where the rows of a page come together: that a page is written once for many rows, and not
// once for each, is most of what filling a large table costs, so a chunk is large.
type Chunk struct{ parts []part }

// part is what is left to write of one generation.
type part struct {
	*generation
	rows []projection.Change
}

// Take gives what was collected since the last Take.
func (f *Fill) Take() *Chunk {
	c := &Chunk{}
	for _, to := range f.candidates {
		c.parts = append(c.parts, part{to.generation, to.changes})
		// The next chunk will be about as large.
		to.changes = make([]projection.Change, 0, len(to.changes)+len(to.changes)/16)
	}
	f.bytes = 0
	return c
}

// Merge prepares a chunk for being written. It is done before the transaction:
// all other writes wait for what is done in it.
func (c *Chunk) Merge() {
	for i := range c.parts {
		c.parts[i].rows = projection.MergeAll(c.parts[i].rows)
	}
}

// Rows is how many rows of a merged chunk are left to write.
func (c *Chunk) Rows() (n int) {
	for _, p := range c.parts {
		n += len(p.rows)
	}
	return n
}

// next takes at most n of the rows that are left.
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

// Write puts the next rows of a merged chunk in the database, at most n, in a transaction: live
// writes wait for no more than that. It does not wait for the disk; MarkFilled does. It returns
// false with the last of them, and then the same transaction records that the candidates were
// given the log up to a position. If the process or the machine stops, the next fill goes on
// there: it writes a chunk of which only some rows are on disk once more, which changes nothing
// in those.
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

// MarkFilled records that candidates have all events, when they are on disk.
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
