package projections

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/rebuilding"
)

// State is where the generation beside the live one stands.
type State string

// A generation is filling, then filled; promoted, it changes places with the live
// one, which is then the kept one.
const (
	Filling State = "filling"
	Filled  State = "filled"
	Kept    State = "kept"
)

// Other is the generation beside the live one.
type Other struct {
	Projection string `json:"projection"`
	Generation int    `json:"generation"`
	State      State  `json:"state"`
	// From, Position and UpTo are positions of the log: filling gives it the events
	// behind From, has come to Position and ends with UpTo.
	From     int64 `json:"from"`
	Position int64 `json:"position"`
	UpTo     int64 `json:"upTo"`
	// Skipped counts the events that no code of today can apply.
	Skipped int64 `json:"skipped"`
}

// Step is something that was done to a generation.
type Step = rebuilding.Step

// ErrConflict is that of package rebuilding.
var ErrConflict = rebuilding.ErrConflict

// ErrUnknown means that there is no such projection.
var ErrUnknown = errors.New("no such projection")

// CheckNames returns an error, ErrUnknown, for a name that is not a projection's.
func CheckNames(names []string) error {
	for _, name := range names {
		if name != UsersName && name != InboxName && name != UnreadName {
			return fmt.Errorf("%w: %q; there are %s", ErrUnknown, name, strings.Join(Names(), ", "))
		}
	}
	return nil
}

// Others returns the generations beside the live ones, by projection.
func (s *Set) Others(ctx context.Context) (others map[string]Other, err error) {
	rows, err := s.db.Read().QueryContext(ctx, `SELECT projection, generation, state, from_position, position, up_to, skipped
		FROM projection_others`)
	if err != nil {
		return nil, fmt.Errorf("reading the record of generations: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	others = map[string]Other{}
	for rows.Next() {
		var o Other
		if err := rows.Scan(&o.Projection, &o.Generation, &o.State, &o.From, &o.Position, &o.UpTo, &o.Skipped); err != nil {
			return nil, fmt.Errorf("reading the record of generations: %w", err)
		}
		others[o.Projection] = o
	}
	return others, rows.Err()
}

// Live returns the numbers of the generations that serve, by projection.
func (s *Set) Live() map[string]int {
	live := map[string]int{}
	for name, kept := range s.shelves() {
		live[name] = kept.liveNumber()
	}
	return live
}

// Steps returns the newest steps, the newest first.
func (s *Set) Steps(ctx context.Context, limit int) (steps []Step, err error) {
	rows, err := s.db.Read().QueryContext(ctx, `SELECT at, projection, generation, step, detail
		FROM projection_steps ORDER BY id DESC LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the steps of rebuilds: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var at int64
		var step Step
		if err := rows.Scan(&at, &step.Projection, &step.Generation, &step.Step, &step.Detail); err != nil {
			return nil, fmt.Errorf("reading the steps of rebuilds: %w", err)
		}
		step.At = time.UnixMilli(at).UTC()
		steps = append(steps, step)
	}
	return steps, rows.Err()
}

// Record writes a step down.
func (s *Set) Record(ctx context.Context, step Step) error {
	return s.recorded(s.db.Write(ctx, func(tx *sqlite.Tx) error { return record(tx, step) }))
}

func (s *Set) recorded(err error) error {
	if err != nil {
		return fmt.Errorf("recording generations: %w", err)
	}
	return nil
}

func record(tx *sqlite.Tx, s Step) error {
	_, err := tx.Exec(`INSERT INTO projection_steps (at, projection, generation, step, detail) VALUES (?, ?, ?, ?, ?)`,
		s.At.UnixMilli(), s.Projection, s.Generation, s.Step, s.Detail)
	return err
}
