package rebuilding

import (
	"fmt"
	"time"
)

// MaxDifferences is how many users a Comparison lists; it counts them all.
const MaxDifferences = 100

// Comparison is what two generations of a projection have in common.
type Comparison struct {
	Projection string `json:"projection"`
	// Live and Other are the generations' numbers.
	Live  int `json:"live"`
	Other int `json:"other"`
	// Rows of each, in all.
	LiveRows  int64 `json:"liveRows"`
	OtherRows int64 `json:"otherRows"`
	Users     int64 `json:"users"`
	// Differing is how many users' rows are not the same.
	Differing   int64        `json:"differing"`
	Differences []Difference `json:"differences"`
}

// Detail is what is recorded of it.
func (c *Comparison) Detail() string {
	return fmt.Sprintf("with generation %d: rows %d and %d, users %d, differing %d", c.Live, c.LiveRows, c.OtherRows, c.Users, c.Differing)
}

// Difference is a user whose rows are not the same in both.
type Difference struct {
	UserID string `json:"userId"`
	Live   Digest `json:"live"`
	Other  Digest `json:"other"`
}

// Digest sums up the rows of one user in one generation.
type Digest struct {
	Rows int64 `json:"rows"`
	// SHA256 is over everything in all rows; empty without rows. Only digests that one
	// home made are comparable.
	SHA256 string `json:"sha256,omitempty"`
}

// Add counts a user in, and lists the user if both are not the same and the list is
// not full.
func (c *Comparison) Add(d Difference) {
	c.Users++
	c.LiveRows += d.Live.Rows
	c.OtherRows += d.Other.Rows
	if d.Live == d.Other {
		return
	}
	c.Differing++
	if len(c.Differences) < MaxDifferences {
		c.Differences = append(c.Differences, d)
	}
}

// Step is something that was done to a generation.
type Step struct {
	At         time.Time `json:"at"`
	Projection string    `json:"projection"`
	Generation int       `json:"generation"`
	Step       string    `json:"step"`
	Detail     string    `json:"detail,omitempty"`
}
