package events_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/events"
)

// The golden files of both versions, as code of today reads them.
func TestVersion1OfUserKeyCreatedIsReadAsVersion2(t *testing.T) {
	t.Parallel()
	for version, exclusive := range map[int]bool{1: false, 2: true} {
		g := readGolden(t, events.TypeUserKeyCreated, version)
		ev, err := events.Decode(g.Source, g.DetailType, g.Detail)
		if err != nil {
			t.Fatal(err)
		}
		want := events.UserKeyCreated{
			UserID:    "6f9b2c1e-8a3d-4c57-9e21-0d4b7a5f3c68",
			KeyID:     "arn:aws:kms:eu-central-1:123456789012:key/1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b",
			Exclusive: exclusive,
		}
		if diff := cmp.Diff(want, ev.Data); diff != "" || ev.Metadata.Version != 2 {
			t.Errorf("version %d came as version %d (-want +got):\n%s", version, ev.Metadata.Version, diff)
		}
	}
}

// Whether a key is one's own decides whether it may be deleted: an event of version
// 1 does not get to say so, whatever somebody put beside its fields.
func TestVersion1CannotClaimAKeyToBeExclusive(t *testing.T) {
	t.Parallel()
	g := readGolden(t, events.TypeUserKeyCreated, 1)
	forged := strings.Replace(string(g.Detail), `"keyId"`, `"exclusive": true, "keyId"`, 1)
	if forged == string(g.Detail) {
		t.Fatal("nothing was forged")
	}
	ev, err := events.Decode(g.Source, g.DetailType, []byte(forged))
	if err != nil {
		t.Fatal(err)
	}
	if data, ok := ev.Data.(events.UserKeyCreated); !ok || data.Exclusive {
		t.Errorf("decoded %+v", ev.Data)
	}
}
