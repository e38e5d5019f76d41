package userpool

import (
	"github.com/alexedwards/argon2id"
	"github.com/go-jose/go-jose/v4/jwt"
)

// HashCheaply makes password hashes that cost nearly nothing.
func HashCheaply(c *Config) {
	c.hashing = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// HashAsConfigured takes that back.
func HashAsConfigured(c *Config) { c.hashing = argon2id.Params{} }

// Sign makes a token of any claims with the pool's key.
func Sign(p *Pool, claims map[string]any) (string, error) {
	return jwt.Signed(p.key.signer).Claims(claims).Serialize()
}

// Occupy takes every place that waits for a password hash.
func Occupy(p *Pool) (release func()) {
	for p.hasher.waiting.TryAcquire(1) {
	}
	return func() { p.hasher.waiting.Release(maxWaiting) }
}

// Forget empties the verifier's memory.
func Forget(v *Verifier) { v.verified.tokens.Purge() }
