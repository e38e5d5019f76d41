package projections

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// State is the state of a generation that is not live.
type State string

// A candidate is filling, then filled. When it is promoted, the previous live generation becomes kept.
const (
	Filling State = "filling"
	Filled  State = "filled"
	Kept    State = "kept"
)

// Candidate is a generation that may become the live one.
type Candidate struct {
	Projection string `json:"projection"`
	Generation int    `json:"generation"`
	State      State  `json:"state"`
	// From, Position and UpTo are positions of the log. The fill covers the events after From up to UpTo, and
	// has reached Position.
	From     int64 `json:"from"`
	Position int64 `json:"position"`
	UpTo     int64 `json:"upTo"`
	// Skipped counts events that could not be decoded.
	Skipped int64 `json:"skipped"`
}

// Step is an alias of the step in package ports.
type Step = ports.RebuildStep

// migrateRecord creates the tables of the record.
func migrateRecord(ctx context.Context, db *sqlite.DB) error {
	err := db.Migrate(ctx, "projection-generations",
		// The only record of the live generation. A projection without a row has only its first generation.
		`CREATE TABLE projection_generations (
			projection TEXT PRIMARY KEY,
			live INTEGER NOT NULL CHECK (live > 0)
		) STRICT, WITHOUT ROWID`,
		// A filling candidate has the log's events after from_position up to position, and still needs those
		// up to up_to. It received later events live.
		`CREATE TABLE projection_candidates (
			projection TEXT PRIMARY KEY,
			generation INTEGER NOT NULL CHECK (generation > 0),
			state TEXT NOT NULL CHECK (state IN ('filling', 'filled', 'kept')),
			from_position INTEGER NOT NULL,
			position INTEGER NOT NULL,
			up_to INTEGER NOT NULL,
			skipped INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE TABLE projection_steps (
			id INTEGER PRIMARY KEY AUTOINCREMENT,
			at INTEGER NOT NULL, -- Unix milliseconds
			projection TEXT NOT NULL,
			generation INTEGER NOT NULL,
			step TEXT NOT NULL,
			detail TEXT NOT NULL
		) STRICT`,
	)
	if err != nil {
		return fmt.Errorf("opening the record of generations: %w", err)
	}
	return nil
}

func recordedLive(ctx context.Context, db *sqlite.DB, projection string) (live int, err error) {
	err = db.Read().QueryRowContext(ctx, `SELECT coalesce(max(live), 1) FROM projection_generations WHERE projection = ?`, projection).Scan(&live)
	if err != nil {
		return 0, fmt.Errorf("reading the live generation of projection %s: %w", projection, err)
	}
	return live, nil
}

// Candidates returns the generations that are not live, by projection.
func (s *Set) Candidates(ctx context.Context) (candidates map[string]Candidate, err error) {
	rows, err := s.db.Read().QueryContext(ctx, `SELECT projection, generation, state, from_position, position, up_to, skipped
		FROM projection_candidates`)
	if err != nil {
		return nil, fmt.Errorf("reading the record of generations: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	candidates = map[string]Candidate{}
	for rows.Next() {
		var c Candidate
		if err := rows.Scan(&c.Projection, &c.Generation, &c.State, &c.From, &c.Position, &c.UpTo, &c.Skipped); err != nil {
			return nil, fmt.Errorf("reading the record of generations: %w", err)
		}
		candidates[c.Projection] = c
	}
	return candidates, rows.Err()
}

// Steps returns the newest steps, newest first.
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

// Record records a step.
func (s *Set) Record(ctx context.Context, step Step) error {
	return recorded(s.db.Write(ctx, func(tx *sqlite.Tx) error { return record(tx, step) }))
}

func recorded(err error) error {
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
