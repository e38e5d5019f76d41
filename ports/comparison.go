package ports

import "fmt"

// maxDifferences is how many differing users a comparison lists. All of them are counted.
const maxDifferences = 100

// GenerationComparison compares a candidate with the live generation, user by user.
type GenerationComparison struct {
	Projection string `json:"projection"`
	// Live and Candidate are generation numbers.
	Live          int   `json:"live"`
	Candidate     int   `json:"candidate"`
	LiveRows      int64 `json:"liveRows"`
	CandidateRows int64 `json:"candidateRows"`
	Users         int64 `json:"users"`
	// Differing is the number of users whose rows differ.
	Differing int64 `json:"differing"`
	// Differences are the first 100 differing users.
	Differences []UserDifference `json:"differences"`
}

// UserDifference is a user whose rows differ between the two generations.
type UserDifference struct {
	UserID    string     `json:"userId"`
	Live      RowsDigest `json:"live"`
	Candidate RowsDigest `json:"candidate"`
}

// RowsDigest is a digest of the rows of one user in one generation.
type RowsDigest struct {
	Rows int64 `json:"rows"`
	// SHA256 covers the content of all rows, in hexadecimal; empty if there are no rows. Digests of different
	// backends cannot be compared.
	SHA256 string `json:"sha256,omitempty"`
}

// Detail returns the text that is recorded about the comparison.
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
