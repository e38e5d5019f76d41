package seal_test

import (
	"crypto/rand"
	"testing"

	"github.com/sealpost/sealpost/seal"
)

// The Bare benchmarks are the floor: AES-GCM of the same body with the cipher
// and the nonce made beforehand, which format v1 cannot do (every message has
// its own key), and with the result allocated, which everybody has to do.

func eachSize(b *testing.B, run func(b *testing.B, key, body []byte)) {
	for _, size := range []struct {
		name  string
		bytes int
	}{{"1KiB", 1 << 10}, {"64KiB", 64 << 10}, {"4MiB", 4 << 20}} {
		b.Run(size.name, func(b *testing.B) {
			key, body := make([]byte, seal.KeySize), make([]byte, size.bytes)
			rand.Read(key)
			rand.Read(body)
			b.SetBytes(int64(size.bytes))
			b.ReportAllocs()
			run(b, key, body)
		})
	}
}

func BenchmarkSeal(b *testing.B) {
	eachSize(b, func(b *testing.B, key, body []byte) {
		for b.Loop() {
			if _, err := seal.Seal(key, someContext, someHeader, body); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkBareSeal(b *testing.B) {
	eachSize(b, func(b *testing.B, key, body []byte) {
		aead, nonce, ad := referenceGCM(key), make([]byte, 12), referenceAD(someContext)
		for b.Loop() {
			aead.Seal(nil, nonce, body, ad)
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	eachSize(b, func(b *testing.B, key, body []byte) {
		sealed, err := seal.Seal(key, someContext, someHeader, body)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, _, err := seal.Open(key, someContext, sealed); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkBareOpen(b *testing.B) {
	eachSize(b, func(b *testing.B, key, body []byte) {
		aead, nonce, ad := referenceGCM(key), make([]byte, 12), referenceAD(someContext)
		sealed := aead.Seal(nil, nonce, body, ad)
		for b.Loop() {
			if _, err := aead.Open(nil, nonce, sealed, ad); err != nil {
				b.Fatal(err)
			}
		}
	})
}
