package blobs_test

import (
	"crypto/rand"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/ports"
)

// creators is how many callers store at the same time: issue 3's load.
const creators = 32

// ways are the two designs of docs/decisions/2026-11-24-small-ciphertext-in-sqlite.md.
var ways = []struct {
	name string
	opts []blobs.Option
}{{"hybrid", nil}, {"files", []blobs.Option{blobs.WithInlineLimit(-1)}}}

func BenchmarkCreate(b *testing.B) {
	for _, size := range []int{1 << 10, 16 << 10, 64 << 10} {
		for _, way := range ways {
			b.Run(fmt.Sprintf("%dKiB/%s", size>>10, way.name), func(b *testing.B) {
				s := newHome(b).open(b, way.opts...)
				body := make([]byte, size)
				_, _ = rand.Read(body)
				metadata := ports.BlobMetadata{"wrapped-key": fmt.Sprintf("%0500d", 1)} // about a message's
				b.SetParallelism(max(1, creators/runtime.GOMAXPROCS(0)))
				b.SetBytes(int64(size))
				b.ResetTimer()
				begin := time.Now()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := s.CreateBlob(b.Context(), "messages/"+rand.Text(), ports.Blob{Body: body, Metadata: metadata}); err != nil {
							b.Fatal(err)
						}
					}
				})
				b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "blobs/s")
			})
		}
	}
}

func BenchmarkGet(b *testing.B) {
	for _, size := range []int{1 << 10, 64 << 10, 4 << 20} {
		for _, way := range ways {
			b.Run(fmt.Sprintf("%dKiB/%s", size>>10, way.name), func(b *testing.B) {
				s := newHome(b).open(b, way.opts...)
				if err := s.CreateBlob(b.Context(), "messages/1", ports.Blob{Body: make([]byte, size)}); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(size))
				for b.Loop() {
					if _, err := s.GetBlob(b.Context(), "messages/1"); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
