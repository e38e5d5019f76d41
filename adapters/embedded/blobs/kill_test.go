package blobs_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// childVariable makes the test binary the process that TestKilledAtAnyMoment kills.
const childVariable = "SEALPOST_BLOBS_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		if err := storeForEver(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// storeForEver creates blobs, some small and some large, and prints the key of each
// that was acknowledged.
func storeForEver(dir string) error {
	ctx := context.Background()
	db, err := sqlite.Open(ctx, filepath.Join(dir, "sealpost.db"))
	if err != nil {
		return err
	}
	s, err := blobs.Open(ctx, db, filepath.Join(dir, "ciphertext"), time.Now)
	if err != nil {
		return err
	}
	var g errgroup.Group
	for range 8 {
		g.Go(func() error {
			for {
				key := "messages/" + rand.Text()
				if err := s.CreateBlob(ctx, key, ports.Blob{Body: bodyOf(key), Metadata: ports.BlobMetadata{"key": key}}); err != nil {
					return err
				}
				if _, err := fmt.Println(key); err != nil { // one write, of one line
					return err
				}
			}
		})
	}
	return g.Wait()
}

// bodyOf makes a body that nobody could mistake for another key's: half of them go
// into the database, half into files.
func bodyOf(key string) []byte {
	size := 1000
	if key[len(key)-1]%2 == 0 {
		size = 100_000
	}
	return bytes.Repeat([]byte(key+" "), size/len(key))
}

func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var acknowledged []string
	for range 6 {
		acknowledged = append(acknowledged, killed(t, dir, 1+mathrand.IntN(80))...)
		inspect(t, dir, acknowledged)
	}
}

// killed runs the child until it has acknowledged so many blobs, kills it, and
// returns the keys of all that it acknowledged.
func killed(t *testing.T, dir string, after int) (keys []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, strings.TrimSpace(line))
		if len(keys) == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || len(keys) < after {
		t.Fatalf("the child ended by itself after %d blobs: %v", len(keys), err)
	}
	return keys
}

// inspect opens the store as the next start does: every acknowledged blob is there
// and whole, and so is every other one; every file has a row and the other way round.
func inspect(t *testing.T, dir string, acknowledged []string) {
	t.Helper()
	h := homeAt(t, dir)
	s := h.open(t)
	for _, key := range acknowledged {
		if _, err := s.DescribeBlob(t.Context(), key); err != nil {
			t.Errorf("acknowledged and lost: %v", err)
		}
	}
	all := h.keys(t)
	for _, key := range all {
		got, err := s.GetBlob(t.Context(), key)
		if err != nil || !bytes.Equal(got.Body, bodyOf(key)) || got.Metadata["key"] != key {
			t.Errorf("%s came back as another, %v", key, err)
		}
	}
	if len(all) < len(acknowledged) {
		t.Errorf("%d blobs, %d acknowledged", len(all), len(acknowledged))
	}
	rows := 0
	if err := h.db.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM blobs WHERE file IS NOT NULL`).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	files := h.files(t)
	for _, path := range files {
		if strings.HasPrefix(path, "tmp/") {
			t.Errorf("%s was not settled", path)
		}
	}
	if rows != len(files) { // with every body read above, they are the same ones
		t.Errorf("%d rows name files, there are %d: %v", rows, len(files), files)
	}
}
