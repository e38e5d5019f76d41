package backup

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// maxProblems is how many problems a report lists. All of them are counted.
const maxProblems = 100

// Report is the result of a verification.
type Report struct {
	// Messages is how many stored messages the event log has. Bodies is how many bodies of ciphertext the
	// database names.
	Messages int `json:"messages"`
	Bodies   int `json:"bodies"`
	// Damaged is the number of problems. Problems has the first hundred.
	Damaged  int       `json:"damaged"`
	Problems []Problem `json:"problems"`
}

// Problem is a difference from the stored data.
type Problem struct {
	// MessageID is empty for ciphertext of no known message, and for the database.
	MessageID string `json:"messageId,omitempty"`
	ObjectKey string `json:"objectKey,omitempty"`
	What      string `json:"what"`
}

// Whole reports whether nothing is damaged.
func (r *Report) Whole() bool { return r.Damaged == 0 }

func (r *Report) add(p Problem) {
	r.Damaged++
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, p)
	}
}

// Verify reads a data folder or a backup and changes nothing. A server may be running. It reports a damaged
// database, and every message whose ciphertext is missing or damaged. An error means that it could not check.
func Verify(ctx context.Context, folder string) (report Report, err error) {
	report.Problems = []Problem{}
	db, err := sqlite.Look(ctx, filepath.Join(folder, DatabaseFile))
	if sqlite.IsDamaged(err) {
		report.add(Problem{What: "the database: " + err.Error()})
		return report, nil
	}
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	findings, err := sqlite.Integrity(ctx, db, maxProblems)
	if err != nil {
		return report, err
	}
	for _, finding := range findings {
		report.add(Problem{What: "the database: " + finding})
	}
	audit := blobs.NewAudit(db, filepath.Join(folder, CiphertextFolder))
	if prepared, err := audit.Prepared(ctx); err == nil && !prepared {
		report.add(Problem{What: "the database: it has no table of Sealpost's"})
		return report, nil
	}
	err = messages(ctx, &report, audit, func(visit func(eventlog.Stored) error) error {
		return eventlog.AllStored(ctx, db, visit)
	})
	if sqlite.IsDamaged(err) && !report.Whole() {
		return report, nil // the findings include it
	}
	return report, err
}

func messages(ctx context.Context, report *Report, audit *blobs.Audit, each func(func(eventlog.Stored) error) error) error {
	damaged := map[string]string{}
	err := audit.Bodies(ctx, func(b blobs.Body) error {
		report.Bodies++
		err := audit.Check(b)
		if err != nil && !errors.Is(err, blobs.ErrDamaged) {
			return fmt.Errorf("checking ciphertext %s: %w", b.Key, err)
		}
		if err != nil {
			damaged[b.Key] = err.Error()
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	err = each(func(s eventlog.Stored) error {
		report.Messages++
		if s.ObjectKey == "" {
			report.add(Problem{What: fmt.Sprintf("event %d cannot be read", s.Position)})
			return nil
		}
		what, isDamaged := damaged[s.ObjectKey]
		if has, err := audit.Has(ctx, s.ObjectKey); err != nil {
			return err
		} else if !has {
			isDamaged, what = true, "its ciphertext is not in the database"
		}
		if isDamaged {
			report.add(Problem{s.MessageID, s.ObjectKey, what})
			delete(damaged, s.ObjectKey)
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	for key, what := range damaged { // damaged bodies without a known message, whose event is not published yet
		report.add(Problem{ObjectKey: key, What: what})
	}
	return nil
}
