package userpool

// HashCheaply makes password hashes that cost nearly nothing.
func HashCheaply(c *Config) { c.hashing = argonParams{memory: 64, time: 1, threads: 1} }

// HashAsConfigured takes that back.
func HashAsConfigured(c *Config) { c.hashing = argonParams{} }

// ParsePHC reads a stored hash.
func ParsePHC(s string) error {
	_, _, _, err := parsePHC(s)
	return err
}
