package projections

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// Begin creates a candidate of each projection, which receives live events at once, and records that the
// candidates are to be filled with the log's events after position from. head returns the position of the
// newest event. It is called once the candidates receive live events, so each event reaches them through the
// fill, live, or both. The error is ports.ErrGenerations if a candidate exists.
func (s *Set) Begin(ctx context.Context, at time.Time, names []string, from int64, head func(context.Context) (int64, error)) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	numbers, err := s.nextNumbers(ctx, names)
	if err != nil {
		return err
	}
	// A failure from here on leaves unrecorded tables that contain at most live events. The next Begin finds
	// and uses them, because events commute.
	for name, number := range numbers {
		if err := s.byName[name].add(ctx, number); err != nil {
			return err
		}
	}
	upTo, err := head(ctx)
	if err == nil {
		err = recorded(s.db.Write(ctx, func(tx *sqlite.Tx) error { return begin(tx, at, numbers, from, upTo) }))
	}
	if err != nil {
		for name, number := range numbers {
			s.byName[name].remove(number)
		}
	}
	return err
}

func begin(tx *sqlite.Tx, at time.Time, numbers map[string]int, from, upTo int64) error {
	for name, number := range numbers {
		_, err := tx.Exec(`INSERT INTO projection_candidates (projection, generation, state, from_position, position, up_to, skipped)
			VALUES (?, ?, ?, ?, ?, ?, 0)`, name, number, Filling, from, from, upTo)
		if err != nil {
			return err
		}
		step := Step{At: at, Projection: name, Generation: number, Step: "started", Detail: fmt.Sprintf("events %d to %d of the log", from+1, upTo)}
		if err := record(tx, step); err != nil {
			return err
		}
	}
	return nil
}

// nextNumbers returns a generation number for each projection that it never had before.
func (s *Set) nextNumbers(ctx context.Context, names []string) (map[string]int, error) {
	if err := CheckNames(names); err != nil {
		return nil, err
	}
	candidates, err := s.Candidates(ctx)
	if err != nil {
		return nil, err
	}
	numbers := map[string]int{}
	for _, name := range names {
		if c, ok := candidates[name]; ok {
			return nil, fmt.Errorf("%w: %s has generation %d beside the live one (%s); drop it first", ports.ErrGenerations, name, c.Generation, c.State)
		}
		var highest int
		err := s.db.Read().QueryRowContext(ctx, `SELECT coalesce(max(generation), 0) FROM projection_steps WHERE projection = ?`, name).Scan(&highest)
		if err != nil {
			return nil, fmt.Errorf("reading the steps of rebuilds: %w", err)
		}
		numbers[name] = max(highest, s.byName[name].liveNumber()) + 1
	}
	return numbers, nil
}

// Switch makes the candidate of each projection, which must be in the given state, the live generation, and
// keeps the previous one. All projections switch at once, so no query sees only a part of the switch. The
// step is recorded in the same transaction.
func (s *Set) Switch(ctx context.Context, at time.Time, names []string, from State, step string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	candidates, err := s.candidatesOf(ctx, names, from)
	if err != nil {
		return err
	}
	before := s.Live()
	err = recorded(s.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, c := range candidates {
			if err := switchOne(tx, at, c, before[c.Projection], step); err != nil {
				return err
			}
		}
		return nil
	}))
	if err != nil {
		return err
	}
	// Until here queries read the previous generations, which miss nothing: both receive every live event in
	// the same transaction.
	s.switching.Lock()
	defer s.switching.Unlock()
	for _, c := range candidates {
		s.byName[c.Projection].setLive(c.Generation)
	}
	return nil
}

func switchOne(tx *sqlite.Tx, at time.Time, c Candidate, before int, step string) error {
	_, err := tx.Exec(`INSERT INTO projection_generations (projection, live) VALUES (?, ?)
		ON CONFLICT (projection) DO UPDATE SET live = excluded.live`, c.Projection, c.Generation)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE projection_candidates SET generation = ?, state = ? WHERE projection = ?`, before, Kept, c.Projection); err != nil {
		return err
	}
	return record(tx, Step{At: at, Projection: c.Projection, Generation: c.Generation, Step: step,
		Detail: fmt.Sprintf("generation %d is kept", before)})
}

// candidatesOf returns the candidates of projections, and checks their states.
func (s *Set) candidatesOf(ctx context.Context, names []string, want ...State) ([]Candidate, error) {
	if err := CheckNames(names); err != nil {
		return nil, err
	}
	all, err := s.Candidates(ctx)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	for _, name := range names {
		c, ok := all[name]
		if !ok {
			return nil, fmt.Errorf("%w: %s has no generation beside the live one", ports.ErrGenerations, name)
		}
		if len(want) > 0 && !slices.Contains(want, c.State) {
			return nil, fmt.Errorf("%w: generation %d of %s is %s, not %s", ports.ErrGenerations, c.Generation, name, c.State, want[0])
		}
		out = append(out, c)
	}
	return out, nil
}
