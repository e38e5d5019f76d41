package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
)

// LetterID names a delivery of one event to one consumer. Its text is
// CONSUMER/POSITION, such as inbox/42.
type LetterID struct {
	Consumer string
	Position int64
}

// ErrLetterID means that a text is not CONSUMER/POSITION.
var ErrLetterID = errors.New("not the id of a dead letter, which is like inbox/42")

// ParseLetterID reads the text form; its error is ErrLetterID.
func ParseLetterID(text string) (LetterID, error) {
	consumer, number, _ := strings.Cut(text, "/")
	position, err := strconv.ParseInt(number, 10, 64)
	if err != nil || consumer == "" || position < 1 {
		return LetterID{}, fmt.Errorf("%q is %w", text, ErrLetterID)
	}
	return LetterID{consumer, position}, nil
}

func (id LetterID) String() string { return id.Consumer + "/" + strconv.FormatInt(id.Position, 10) }

// MarshalText makes the text form the one in JSON too.
func (id LetterID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// ID names the dead letter.
func (d DeadLetter) ID() LetterID { return LetterID{d.Consumer, d.Position} }

// ErrNotParked means that there is no such dead letter (any more).
var ErrNotParked = errors.New("there is no such dead letter")

// Parked returns a dead letter and its event. Its error may be ErrNotParked.
func (l *Log) Parked(ctx context.Context, id LetterID) (DeadLetter, events.Delivery, error) {
	letters, err := l.letters(ctx, `d.consumer = ? AND d.position = ?`, id.Consumer, id.Position)
	if err != nil {
		return DeadLetter{}, events.Delivery{}, err
	}
	if len(letters) == 0 {
		return DeadLetter{}, events.Delivery{}, fmt.Errorf("%s: %w", id, ErrNotParked)
	}
	entries, _, err := l.Read(ctx, id.Position-1, 1, Filter{})
	if err != nil {
		return DeadLetter{}, events.Delivery{}, err
	}
	if len(entries) == 0 || entries[0].Position != id.Position {
		return DeadLetter{}, events.Delivery{}, fmt.Errorf("event %d is not in the log", id.Position)
	}
	return letters[0], entries[0].Delivery, nil
}

// Redrive moves dead letters back to where deliveries wait to be tried again, with
// all their attempts before them, in one atomic step; it returns those that it
// moved, which are all that were still parked. A running server takes them up
// within a second, even if it is another process; without one, the next start does.
// A delivery that fails again is parked again, with its new reason and the time of
// its very first failure.
func (l *Log) Redrive(ctx context.Context, ids ...LetterID) (moved []LetterID, err error) {
	err = l.db.Write(ctx, func(tx *sqlite.Tx) error {
		moved = nil
		now := l.now().UnixMilli()
		for _, id := range ids {
			n, err := tx.Exec(`INSERT INTO event_retries (consumer, position, attempts, next_at, first_failed_at, reason)
				SELECT consumer, position, 0, ?, first_failed_at, reason FROM dead_letters
				WHERE consumer = ? AND position = ? ON CONFLICT DO NOTHING`, now, id.Consumer, id.Position)
			if err != nil {
				return err
			}
			if n == 0 { // not parked any more: somebody else redrove it
				continue
			}
			if _, err := tx.Exec(`DELETE FROM dead_letters WHERE consumer = ? AND position = ?`, id.Consumer, id.Position); err != nil {
				return err
			}
			moved = append(moved, id)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("redriving: %w", err)
	}
	return moved, nil
}

// State is where a delivery stands.
type State int

// A delivery that was redriven is waiting, and in the end delivered or parked again.
const (
	Delivered State = iota
	Waiting
	Parked
)

// Outcome is a delivery's state, and why its last attempt failed.
type Outcome struct {
	State  State
	Reason string
}

// Outcome says how a delivery that was redriven stands now.
func (l *Log) Outcome(ctx context.Context, id LetterID) (o Outcome, err error) {
	// One statement sees one state of the database, so a delivery that moves from
	// one table to the other is in either.
	err = l.db.Read().QueryRowContext(ctx, `SELECT ?, reason FROM event_retries WHERE consumer = ? AND position = ?
		UNION ALL SELECT ?, reason FROM dead_letters WHERE consumer = ? AND position = ?`,
		int(Waiting), id.Consumer, id.Position, int(Parked), id.Consumer, id.Position).Scan(&o.State, &o.Reason)
	if errors.Is(err, sql.ErrNoRows) {
		return Outcome{State: Delivered}, nil
	}
	if err != nil {
		return o, fmt.Errorf("reading the state of %s: %w", id, err)
	}
	return o, nil
}
