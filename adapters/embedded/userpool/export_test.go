package userpool

import "github.com/go-jose/go-jose/v4/jwt"

// HashCheaply makes password hashes that cost nearly nothing.
func HashCheaply(c *Config) { c.hashing = argonParams{memory: 64, time: 1, threads: 1} }

// HashAsConfigured takes that back.
func HashAsConfigured(c *Config) { c.hashing = argonParams{} }

// ParsePHC reads a stored hash.
func ParsePHC(s string) error {
	_, _, _, err := parsePHC(s)
	return err
}

// Sign makes a token of any claims with the pool's key.
func Sign(p *Pool, claims map[string]any) (string, error) {
	return jwt.Signed(p.key.signer).Claims(claims).Serialize()
}
