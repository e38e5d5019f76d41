package projections

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"

	"github.com/sealpost/sealpost/ports"
)

// Compare compares the candidate of a projection with the live generation, owner by owner. It reads both in
// one transaction, so concurrent events make no difference. Until the transaction ends, the write-ahead log
// cannot be fully checkpointed.
func (s *Set) Compare(ctx context.Context, projection string) (c ports.GenerationComparison, err error) {
	candidates, err := s.candidatesOf(ctx, []string{projection})
	if err != nil {
		return c, err
	}
	c = ports.GenerationComparison{Projection: projection, Live: s.Live()[projection], Candidate: candidates[0].Generation, Differences: []ports.UserDifference{}}
	tx, err := s.db.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return c, fmt.Errorf("comparing %s: %w", projection, err)
	}
	defer func() { _ = tx.Rollback() }() // read only
	t := s.byName[projection].table
	live, err := openDigests(ctx, tx, t, c.Live)
	if err != nil {
		return c, fmt.Errorf("comparing %s: %w", projection, err)
	}
	defer func() { err = errors.Join(err, live.rows.Close()) }()
	candidate, err := openDigests(ctx, tx, t, c.Candidate)
	if err != nil {
		return c, fmt.Errorf("comparing %s: %w", projection, err)
	}
	defer func() { err = errors.Join(err, candidate.rows.Close()) }()
	return c, merge(&c, live, candidate)
}

func merge(c *ports.GenerationComparison, live, candidate *digests) error {
	a, err := live.next()
	if err != nil {
		return err
	}
	b, err := candidate.next()
	if err != nil {
		return err
	}
	for a != nil || b != nil {
		d := ports.UserDifference{}
		takeA := a != nil && (b == nil || a.owner <= b.owner)
		takeB := b != nil && (a == nil || b.owner <= a.owner)
		if takeA {
			d.UserID, d.Live = a.owner, a.digest
			if a, err = live.next(); err != nil {
				return err
			}
		}
		if takeB {
			d.UserID, d.Candidate = b.owner, b.digest
			if b, err = candidate.next(); err != nil {
				return err
			}
		}
		c.Add(d)
	}
	return nil
}

type ownerDigest struct {
	owner  string
	digest ports.RowsDigest
}

// digests reads the digests of one generation, owner by owner.
type digests struct {
	rows   *sql.Rows
	values []sql.RawBytes
	dest   []any
	more   bool // values has the current row
	hash   hash.Hash
	frame  []byte
}

func openDigests(ctx context.Context, tx *sql.Tx, t table, generation int) (*digests, error) {
	query := strings.ReplaceAll(t.digest, "{table}", tableName(t.Name, generation))
	rows, err := tx.QueryContext(ctx, query) //nolint:rowserrcheck // advance asks for it
	if err != nil {
		return nil, err
	}
	columns, err := rows.Columns()
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	d := &digests{rows: rows, values: make([]sql.RawBytes, len(columns)), hash: sha256.New()}
	for i := range d.values {
		d.dest = append(d.dest, &d.values[i])
	}
	return d, d.advance()
}

func (d *digests) advance() error {
	d.more = d.rows.Next()
	if !d.more {
		return d.rows.Err()
	}
	return d.rows.Scan(d.dest...)
}

// next returns the next owner, or nil after the last.
func (d *digests) next() (*ownerDigest, error) {
	if !d.more {
		return nil, nil //nolint:nilnil // the end is no failure
	}
	u := &ownerDigest{owner: string(d.values[0])}
	d.hash.Reset()
	for d.more && string(d.values[0]) == u.owner {
		d.add()
		u.digest.Rows++
		if err := d.advance(); err != nil {
			return nil, fmt.Errorf("reading a generation: %w", err)
		}
	}
	u.digest.SHA256 = hex.EncodeToString(d.hash.Sum(nil))
	return u, nil
}

// add hashes a row. Each value is preceded by its length, so different rows have different input; NULL has a
// length that no value has.
func (d *digests) add() {
	d.frame = d.frame[:0]
	for _, value := range d.values[1:] {
		length := uint64(len(value))
		if value == nil {
			length = ^uint64(0)
		}
		d.frame = binary.BigEndian.AppendUint64(d.frame, length)
		d.frame = append(d.frame, value...)
	}
	d.hash.Write(d.frame)
}
