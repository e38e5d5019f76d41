package ports

import "fmt"

// maxDifferences is how many users a comparison lists; it counts them all.
const maxDifferences = 100

// GenerationComparison compares a candidate with the live generation, user by user.
type GenerationComparison struct {
	Projection string `json:"projection"`
	// Live and Candidate are the generations' numbers.
	Live          int   `json:"live"`
	Candidate     int   `json:"candidate"`
	LiveRows      int64 `json:"liveRows"`
	CandidateRows int64 `json:"candidateRows"`
	Users         int64 `json:"users"`
	// Differing is the number of users whose rows are not the same.
	Differing int64 `json:"differing"`
	// Differences are the first 100 of them.
	Differences []UserDifference `json:"differences"`
}

// UserDifference is a user whose rows are not the same in both generations.
type UserDifference struct {
	UserID    string     `json:"userId"`
	Live      RowsDigest `json:"live"`
	Candidate RowsDigest `json:"candidate"`
}

// RowsDigest is a digest of the rows of one user in one generation.
type RowsDigest struct {
	Rows int64 `json:"rows"`
	// SHA256 is over the content of all rows, in hexadecimal; empty without rows. Digests
	// of different backends cannot be compared.
	SHA256 string `json:"sha256,omitempty"`
}

// Detail is the text that is recorded of the comparison.
func (c *GenerationComparison) Detail() string {
	return fmt.Sprintf("with generation %d: rows %d and %d, users %d, differing %d", c.Live, c.LiveRows, c.CandidateRows, c.Users, c.Differing)
}

// Add counts a user, and lists the user if the digests differ and the list is not full.
func (c *GenerationComparison) Add(d UserDifference) {
	c.Users++
	c.LiveRows += d.Live.Rows
	c.CandidateRows += d.Candidate.Rows
	if d.Live == d.Candidate {
		return
	}
	c.Differing++
	if len(c.Differences) < maxDifferences {
		c.Differences = append(c.Differences, d)
	}
}
