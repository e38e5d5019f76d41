package keyring_test

import (
	"fmt"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/keyring"
	"github.com/sealpost/sealpost/ports"
)

// The Cold benchmarks have no keyset in the cache: each operation takes a query
// and opens a keyset.

func BenchmarkGenerateDataKey(b *testing.B)     { benchGenerate(b, func(*keyring.Keyring) {}) }
func BenchmarkGenerateDataKeyCold(b *testing.B) { benchGenerate(b, (*keyring.Keyring).Forget) }
func BenchmarkOpenDataKey(b *testing.B)         { benchOpen(b, func(*keyring.Keyring) {}) }
func BenchmarkOpenDataKeyCold(b *testing.B)     { benchOpen(b, (*keyring.Keyring).Forget) }

func benchGenerate(b *testing.B, before func(*keyring.Keyring)) {
	k, _, _ := newKeyring(b)
	createKey(b, k, "ann")
	owner, ec := ports.User{ID: "ann"}, contextFor("ann")
	b.ReportAllocs()
	for b.Loop() {
		before(k)
		if _, err := k.GenerateDataKey(b.Context(), owner, ec); err != nil {
			b.Fatal(err)
		}
	}
}

func benchOpen(b *testing.B, before func(*keyring.Keyring)) {
	k, _, _ := newKeyring(b)
	keyID, ec := createKey(b, k, "ann"), contextFor("ann")
	wrapped := generate(b, k, "ann").Wrapped
	b.ReportAllocs()
	for b.Loop() {
		before(k)
		if _, err := k.OpenDataKey(b.Context(), ports.Caller{UserID: "ann"}, keyID, wrapped, ec); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCreateKey waits for the disk each time, as nobody shares its commit.
func BenchmarkCreateKey(b *testing.B) {
	k, _, _ := newKeyring(b)
	n := 0
	for b.Loop() {
		n++
		createKey(b, k, fmt.Sprint("user-", n))
	}
}
