package operator

import (
	"testing"
	"time"

	"github.com/sealpost/sealpost/ports"
)

// Failures that differ by what they happened to alone are one group.
func TestReasonsAreGroupedByWhatTheyHaveInCommon(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"user 6f9b2c1e-8a3d-4c57-9e21-0d4b7a5f3c68 has no key", "user b27d4f80-51c6-4e0a-a9f3-2c8e6d17b094 has no key"},
		{"message 01JDEM9Z2V7Q4X5YHSB3N6W8KT: gone", "message 01JDEM9Z2TN4C8R0PVXGQ5D7AW: gone"},
		{"dial 10.0.0.1:25: refused", "dial 192.168.0.12:587: refused", "dial 7: refused"},
		{"panic: nil map\ngoroutine 7 [running]:", "panic: nil map\ngoroutine 12345 [running]:\nmain.go"},
	} {
		for _, other := range same[1:] {
			if kind(same[0]) != kind(other) {
				t.Errorf("%q and %q", kind(same[0]), kind(other))
			}
		}
	}
	if kind("user has no key") == kind("user has no topic") || kind("dial tcp4: refused") != "dial tcp4: refused" {
		t.Error("different reasons became one")
	}
}

func TestGroupsKeepTheOrderAndTheOldestTime(t *testing.T) {
	t.Parallel()
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	groups := grouped([]letter{
		{DeadLetter: ports.DeadLetter{Reason: "b 1", FirstFailedAt: at(50)}},
		{DeadLetter: ports.DeadLetter{Reason: "a", FirstFailedAt: at(10)}},
		{DeadLetter: ports.DeadLetter{Reason: "b 22", FirstFailedAt: at(20)}},
	})
	if len(groups) != 2 || groups[0].Reason != "b …" || len(groups[0].Letters) != 2 || !groups[0].Since.Equal(at(20)) || groups[1].Reason != "a" {
		t.Errorf("%+v", groups)
	}
}
