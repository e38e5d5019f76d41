package events_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/events"
)

var at = time.Date(2026, 11, 24, 9, 30, 0, 125_000_000, time.UTC)

// dataGen draws valid data of any type.
func dataGen() *rapid.Generator[events.Data] {
	id := rapid.StringMatching(`[0-9a-zA-Z-]{1,64}`)
	resource := rapid.StringMatching(`[!-~]{1,200}`)
	name := rapid.StringN(1, 128, -1)
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) events.Data {
			return events.UserVerified{UserID: id.Draw(t, "user"), Username: name.Draw(t, "name")}
		}),
		rapid.Custom(func(t *rapid.T) events.Data {
			return events.UserKeyCreated{UserID: id.Draw(t, "user"), KeyID: resource.Draw(t, "key"), Exclusive: rapid.Bool().Draw(t, "exclusive")}
		}),
		rapid.Custom(func(t *rapid.T) events.Data {
			return events.UserTopicRequested{UserID: id.Draw(t, "user")}
		}),
		rapid.Custom(func(t *rapid.T) events.Data {
			return events.UserTopicCreated{UserID: id.Draw(t, "user"), TopicID: resource.Draw(t, "topic")}
		}),
		rapid.Custom(func(t *rapid.T) events.Data {
			return events.MessageStored{
				MessageID: id.Draw(t, "message"), SenderID: id.Draw(t, "sender"), RecipientID: id.Draw(t, "recipient"),
				ObjectKey: resource.Draw(t, "object"), KeyID: resource.Draw(t, "key"),
				WrappedKey: rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "wrapped"),
				Algorithm:  "AES-256-GCM", Size: rapid.Int64Range(0, 1<<40).Draw(t, "size"),
			}
		}),
		rapid.Custom(func(t *rapid.T) events.Data {
			return events.MessageRead{MessageID: id.Draw(t, "message"), RecipientID: id.Draw(t, "recipient")}
		}),
	)
}

func TestEveryEventSurvivesTheBus(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cause := events.New(at, events.UserVerified{UserID: "u", Username: "n"}, events.WithCorrelation("corr", "trace"))
		ev := events.New(at, dataGen().Draw(t, "data"), events.CausedBy(cause.Metadata))
		detail, err := events.EncodeDetail(ev)
		if err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(events.Delivery{Source: ev.Source(), DetailType: string(ev.Type()), Detail: detail, Time: at})
		if err != nil {
			t.Fatal(err)
		}
		d, err := events.DecodeDelivery(body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.Event()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ev, got); diff != "" {
			t.Fatalf("(-sent +received)\n%s", diff)
		}
	})
}

// The schemas are what other languages validate by, so they have to agree with
// what this code writes.
func TestWhatIsEncodedMatchesTheSchema(t *testing.T) {
	t.Parallel()
	schemas := map[events.Type]*jsonschema.Schema{}
	for _, name := range events.Types() {
		versions := events.Versions(name)
		schemas[name] = compileSchema(t, name, versions[len(versions)-1])
	}
	rapid.Check(t, func(rt *rapid.T) {
		ev := events.New(at, dataGen().Draw(rt, "data"))
		detail, err := events.EncodeDetail(ev)
		if err != nil {
			rt.Fatal(err)
		}
		if err := validate(t, schemas[ev.Type()], detail); err != nil {
			rt.Fatal(err)
		}
	})
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	first := events.New(at.In(time.FixedZone("CET", 3600)), events.MessageRead{MessageID: "m", RecipientID: "r"})
	if first.Metadata.Time.Location() != time.UTC || !first.Metadata.Time.Equal(at) {
		t.Errorf("time is %v, want %v", first.Metadata.Time, at)
	}
	if first.Metadata.Subject != "m" || first.Metadata.Version != 1 || first.Source() != events.SourceMessages {
		t.Errorf("metadata %+v from %s", first.Metadata, first.Source())
	}
	caused := events.New(at, events.MessageRead{MessageID: "m", RecipientID: "r"},
		events.WithCorrelation("other", ""), events.CausedBy(first.Metadata), events.WithID("01JDEM9Z2V7Q4X5YHSB3N6W8KT"))
	if caused.Metadata.CausationID != first.Metadata.ID || caused.Metadata.CorrelationID != "" {
		t.Errorf("caused by %+v: %+v", first.Metadata, caused.Metadata)
	}
}

func TestIDsAscendWhateverTheClockDoes(t *testing.T) {
	t.Parallel()
	ids := make([]string, 1000)
	for i := range ids {
		ids[i] = events.NewID(at.Add(-time.Duration(i/10) * time.Hour)) // the clock goes back and back
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Error("ids do not ascend")
	}
	for id, want := range map[string]bool{ids[0]: true, "not a ULID": false, "": false, strings.ToLower(ids[0]) + "x": false} {
		if events.IsID(id) != want {
			t.Errorf("IsID(%q) is not %t", id, want)
		}
	}
	events.NewIDsAfter(ids[0])
	events.NewIDsAfter("not a ULID")
	if id := events.NewID(at); id <= ids[len(ids)-1] {
		t.Errorf("id %s after %s", id, ids[len(ids)-1])
	}
	ahead := events.NewID(at.Add(time.Hour))
	events.NewIDsAfter(ahead[:10] + "ZZZZZZZZZZZZZZZZ")
	if id := events.NewID(at); id <= ahead[:10]+"ZZZZZZZZZZZZZZZZ" {
		t.Errorf("id %s is not after what an earlier process made", id)
	}
}

func TestWhatIsNotAnEventIsRefused(t *testing.T) {
	t.Parallel()
	const meta = `"metadata":{"id":"01JDEM9Z2V7Q4X5YHSB3N6W8KT","version":1,"time":"2026-11-24T09:30:00Z","subject":"m"}`
	const data = `"data":{"messageId":"m","recipientId":"r"}`
	long := strings.Repeat("x", 65)
	cases := map[string]struct {
		source, kind, detail string
		want                 error
	}{
		"unknown type":       {events.SourceMessages, "MessageBurnt", "{" + meta + "," + data + "}", events.ErrUnknownEvent},
		"unknown version":    {events.SourceMessages, "MessageRead", strings.Replace("{"+meta+","+data+"}", `"version":1`, `"version":9`, 1), events.ErrUnknownEvent},
		"no version":         {events.SourceMessages, "MessageRead", strings.Replace("{"+meta+","+data+"}", `"version":1,`, ``, 1), events.ErrUnknownEvent},
		"another source":     {events.SourceUsers, "MessageRead", "{" + meta + "," + data + "}", events.ErrInvalid},
		"not JSON":           {events.SourceMessages, "MessageRead", "{", events.ErrInvalid},
		"no data":            {events.SourceMessages, "MessageRead", "{" + meta + "}", events.ErrInvalid},
		"null data":          {events.SourceMessages, "MessageRead", "{" + meta + `,"data":null}`, events.ErrInvalid},
		"data of wrong kind": {events.SourceMessages, "MessageRead", "{" + meta + `,"data":[1]}`, events.ErrInvalid},
		"field missing":      {events.SourceMessages, "MessageRead", "{" + meta + `,"data":{"messageId":"m"}}`, events.ErrInvalid},
		"field too long":     {events.SourceMessages, "MessageRead", "{" + meta + `,"data":{"messageId":"m","recipientId":"` + long + `"}}`, events.ErrInvalid},
		"other subject":      {events.SourceMessages, "MessageRead", strings.Replace("{"+meta+","+data+"}", `"subject":"m"`, `"subject":"n"`, 1), events.ErrInvalid},
		"id is no ULID":      {events.SourceMessages, "MessageRead", strings.Replace("{"+meta+","+data+"}", "01JDEM9Z2V7Q4X5YHSB3N6W8KT", "1", 1), events.ErrInvalid},
		"no time":            {events.SourceMessages, "MessageRead", strings.Replace("{"+meta+","+data+"}", `"time":"2026-11-24T09:30:00Z",`, "", 1), events.ErrInvalid},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if ev, err := events.Decode(c.source, c.kind, []byte(c.detail)); !errors.Is(err, c.want) {
				t.Errorf("decoded %+v, error %v, want %v", ev, err, c.want)
			}
		})
	}
}

func TestWhatIsNotValidIsNotPublished(t *testing.T) {
	t.Parallel()
	invalid := []events.Event{
		{},
		events.New(at, events.UserVerified{}),
		events.New(at, events.UserVerified{UserID: "u", Username: string([]byte{0xff})}),
		events.New(at, events.UserKeyCreated{UserID: "u"}),
		events.New(at, events.UserTopicRequested{}),
		events.New(at, events.UserTopicCreated{TopicID: "t"}),
		events.New(at, events.MessageStored{MessageID: "m"}),
		events.New(at, events.MessageStored{
			MessageID: "m", SenderID: "s", RecipientID: "r", ObjectKey: "o", KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a", Size: -1,
		}),
		events.New(at, events.MessageRead{MessageID: "m", RecipientID: "r"}, events.WithID("")),
	}
	for _, ev := range invalid {
		if detail, err := events.EncodeDetail(ev); !errors.Is(err, events.ErrInvalid) {
			t.Errorf("%+v: encoded to %s, error %v", ev, detail, err)
		}
	}
}

func TestNewerProducersMayAddFields(t *testing.T) {
	t.Parallel()
	const detail = `{"metadata":{"id":"01JDEM9Z2V7Q4X5YHSB3N6W8KT","version":1,"time":"2026-11-24T09:30:00Z","subject":"m","new":1},
		"data":{"messageId":"m","recipientId":"r","device":"phone"}}`
	ev, err := events.Decode(events.SourceMessages, "MessageRead", []byte(detail))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(events.MessageRead{MessageID: "m", RecipientID: "r"}, ev.Data); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownTypesHaveNoSourceVersionOrSchema(t *testing.T) {
	t.Parallel()
	if s, v := events.SourceOf("Nothing"), events.Versions("Nothing"); s != "" || len(v) != 0 {
		t.Errorf("source %q, versions %v", s, v)
	}
	if _, err := events.Schema("Nothing", 1); !errors.Is(err, events.ErrUnknownEvent) {
		t.Errorf("schema of nothing: %v", err)
	}
}
