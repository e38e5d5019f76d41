// Package eventually lets tests wait for a condition instead of sleeping.
package eventually

import (
	"context"
	"testing"
	"time"
)

// Patience is how long a condition may take before a test fails. It is long, because
// only failing tests pay for it and some machines are slow.
const Patience = time.Minute

const interval = 5 * time.Millisecond

// True waits until the condition holds, and fails the test if it never does. what
// describes the condition.
func True(t testing.TB, what string, condition func() bool) {
	t.Helper()
	Within(t, Patience, what, condition)
}

// Within is True with another timeout.
func Within(t testing.TB, patience time.Duration, what string, condition func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for !condition() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited %v in vain: %s", patience, what)
		case <-ticker.C:
		}
	}
}
