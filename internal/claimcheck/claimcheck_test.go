package claimcheck_test

import (
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/claimcheck"
	"github.com/sealpost/sealpost/ports"
)

// What is published from the object alone is the very same event.
func TestAnObjectGivesItsEventBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "ms"))
		data := events.MessageStored{
			MessageID: events.NewID(at), SenderID: "sender", RecipientID: "recipient", ObjectKey: "messages/x", KeyID: "arn:key",
			WrappedKey: rapid.SliceOfN(rapid.Byte(), 1, 400).Draw(t, "wrapped"), Algorithm: "AES-256-GCM",
			Size: rapid.Int64Range(0, 4<<20).Draw(t, "size"),
		}
		ev := events.New(at, data, events.WithCorrelation(rapid.SampledFrom([]string{"", "01JDEM9Z2R"}).Draw(t, "correlation"), ""))
		md := claimcheck.Metadata(ev.Metadata, data)
		got, err := claimcheck.Event(ports.BlobInfo{Key: data.ObjectKey, Metadata: md})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ev, got); diff != "" {
			t.Fatalf("(-stored +recovered)\n%s", diff)
		}
		total := 0
		for k, v := range md {
			total += len(k) + len(v)
		}
		if total > 2048 { // S3's limit for user metadata
			t.Fatalf("metadata has %d bytes", total)
		}
	})
}

func TestSomebodyElsesObjectIsNotAMessage(t *testing.T) {
	t.Parallel()
	data := events.MessageStored{
		MessageID: "m", SenderID: "s", RecipientID: "r", ObjectKey: "messages/x", KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a",
	}
	whole := claimcheck.Metadata(events.New(time.Now(), data).Metadata, data)
	for key := range whole {
		for _, bad := range []string{"", "\x00not valid\xff"} {
			md := maps.Clone(whole)
			md[key] = bad
			_, err := claimcheck.Event(ports.BlobInfo{Key: "messages/x", Metadata: md})
			if !errors.Is(err, claimcheck.ErrNotClaimable) {
				t.Errorf("%s = %q: %v", key, bad, err)
			}
		}
	}
}
