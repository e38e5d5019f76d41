package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/syncdir"
)

var (
	// ErrNotEmpty means that the target folder is not empty.
	ErrNotEmpty = errors.New("the folder is not empty")
	// ErrInside means that the target folder is inside the source folder.
	ErrInside = errors.New("the copy would be in the folder that it is of")
	// ErrDamaged means that the source is damaged.
	ErrDamaged = errors.New("the data is damaged")
)

// Create writes a backup of a data folder to a folder that does not exist or is empty, and verifies it. A
// server may be running. The backup is written under another name next to the folder, and gets its final name
// once all of it is on disk; after an error it is removed. Damaged data is copied unchanged, and the report
// lists it.
func Create(ctx context.Context, data, to string) (Report, error) {
	return write(to, data, func(part string) (Report, error) {
		if err := copyData(ctx, data, part); err != nil {
			return Report{}, err
		}
		return Verify(ctx, part)
	})
}

// Restore copies a backup to a data folder that does not exist or is empty. It refuses a damaged backup with
// ErrDamaged and writes nothing, unless damaged is true.
func Restore(ctx context.Context, from, data string, damaged bool) (Report, error) {
	report, err := Verify(ctx, from)
	if err != nil || !report.Whole() && !damaged {
		return report, errors.Join(err, refusal(report))
	}
	return write(data, from, func(part string) (Report, error) {
		if err := copyData(ctx, from, part); err != nil {
			return Report{}, err
		}
		return Verify(ctx, part)
	})
}

func refusal(report Report) error {
	if report.Whole() {
		return nil
	}
	return ErrDamaged
}

// write fills a new folder and moves it to its final place.
func write(to, from string, fill func(part string) (Report, error)) (report Report, err error) {
	if err := vacant(to, from); err != nil {
		return Report{}, err
	}
	parent := filepath.Dir(filepath.Clean(to))
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return Report{}, fmt.Errorf("writing %s: %w", to, err)
	}
	part, err := os.MkdirTemp(parent, filepath.Base(filepath.Clean(to))+".part-*") // mode 0700
	if err != nil {
		return Report{}, fmt.Errorf("writing %s: %w", to, err)
	}
	report, err = fill(part)
	if err == nil {
		err = moveInto(part, to)
	}
	if err != nil {
		return report, errors.Join(err, os.RemoveAll(part))
	}
	return report, nil
}

func moveInto(part, to string) error {
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("writing %s: %w", to, err)
	}
	if err := errors.Join(os.Rename(part, to), syncdir.Sync(filepath.Dir(filepath.Clean(to)))); err != nil {
		return fmt.Errorf("writing %s: %w", to, err)
	}
	return nil
}

// vacant refuses a folder that is not empty or is inside the other.
func vacant(to, from string) error {
	source, err := os.Stat(from)
	if err != nil {
		return fmt.Errorf("reading %s: %w", from, err)
	}
	abs, err := filepath.Abs(to)
	if err != nil {
		return fmt.Errorf("writing %s: %w", to, err)
	}
	for dir := abs; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && os.SameFile(info, source) {
			return fmt.Errorf("%s: %w", to, ErrInside)
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	entries, err := os.ReadDir(to)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("writing %s: %w", to, err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s: %w", to, ErrNotEmpty)
	}
	return nil
}

// copyData copies the database and then the files that it names, and no other files.
func copyData(ctx context.Context, from, to string) (err error) {
	database := filepath.Join(to, DatabaseFile)
	if err := sqlite.Snapshot(ctx, filepath.Join(from, DatabaseFile), database); err != nil {
		return err
	}
	db, err := sqlite.Look(ctx, database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	ciphertext := filepath.Join(to, CiphertextFolder)
	if err := os.Mkdir(ciphertext, 0o700); err != nil {
		return fmt.Errorf("copying ciphertext: %w", err)
	}
	audit := blobs.NewAudit(db, filepath.Join(from, CiphertextFolder))
	err = audit.Bodies(ctx, func(b blobs.Body) error {
		if err := audit.CopyTo(b, ciphertext); err != nil {
			return fmt.Errorf("copying ciphertext %s: %w", b.Key, err)
		}
		return ctx.Err()
	})
	return errors.Join(err, blobs.SyncCopies(ciphertext), syncdir.Sync(to))
}
