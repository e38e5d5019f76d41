package events_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/events"
)

// FuzzDecodeDelivery looks for bodies that panic, that fail with an error nobody can
// classify, or that decode to something that does not survive being sent again.
func FuzzDecodeDelivery(f *testing.F) {
	for _, name := range events.Types() {
		for _, version := range events.Versions(name) {
			g := readGolden(f, name, version)
			body, err := json.Marshal(events.Delivery{Source: g.Source, DetailType: g.DetailType, Detail: g.Detail, ReplayName: "r"})
			if err != nil {
				f.Fatal(err)
			}
			f.Add(body)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := events.DecodeDelivery(body)
		if err != nil {
			classified(t, err)
			return
		}
		ev, err := d.Event()
		if err != nil {
			classified(t, err)
			return
		}
		detail, err := events.EncodeDetail(ev)
		if err != nil {
			t.Fatalf("decoded but cannot be encoded: %v", err)
		}
		again, err := events.Decode(ev.Source(), string(ev.Type()), detail)
		if err != nil {
			t.Fatalf("encoded but cannot be decoded: %v", err)
		}
		if diff := cmp.Diff(ev, again); diff != "" {
			t.Fatalf("(-first +second)\n%s", diff)
		}
	})
}

func classified(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, events.ErrInvalid) && !errors.Is(err, events.ErrUnknownEvent) {
		t.Fatalf("unclassified error: %v", err)
	}
}
