package sqlite_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// BenchmarkWrite stores rows of about a message's size. What 32 callers gain over
// one is the group commit.
func BenchmarkWrite(b *testing.B) {
	for _, callers := range []int{1, 32} {
		b.Run(fmt.Sprintf("%dcallers", callers), func(b *testing.B) {
			db := openAt(b, filepath.Join(b.TempDir(), "bench.db"))
			if err := db.Migrate(b.Context(), "bench", `CREATE TABLE bench (key TEXT PRIMARY KEY, body BLOB) STRICT`); err != nil {
				b.Fatal(err)
			}
			body := make([]byte, 1024)
			_, _ = rand.Read(body)
			write := func(ctx context.Context) error {
				key := rand.Text()
				return db.Write(ctx, func(tx *sqlite.Tx) error {
					_, err := tx.Exec(`INSERT INTO bench (key, body) VALUES (?, ?)`, key, body)
					return err
				})
			}
			b.ResetTimer()
			begin := time.Now()
			if callers == 1 {
				for range b.N {
					if err := write(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
			} else {
				b.SetParallelism(max(1, callers/runtime.GOMAXPROCS(0)))
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := write(b.Context()); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "writes/s")
		})
	}
}
