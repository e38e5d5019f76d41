package events

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// canonicals are details that the short cut has to know.
func canonicals(t testing.TB) map[Type][]string {
	t.Helper()
	at := time.Date(2026, 11, 24, 9, 30, 0, 125e6, time.UTC)
	stored := MessageStored{
		MessageID: NewID(at), SenderID: "b27d4f80", RecipientID: "6f9b2c1e", ObjectKey: "messages/a", KeyID: "arn:aws:kms:eu-central-1:1:key/2",
		WrappedKey: []byte{0, 1, 0xff, 0xfe}, Algorithm: "AES-256-GCM", Size: 4 << 20,
	}
	empty := stored
	empty.Size = 0
	out := map[Type][]string{}
	for _, data := range []Data{stored, empty, MessageRead{MessageID: stored.MessageID, RecipientID: "6f9b2c1e"}} {
		for _, option := range []Option{
			func(*Metadata) {},
			WithCorrelation("request", ""),
			WithCorrelation("request", "00-4bf92f35-00f067aa-01"),
			CausedBy(Metadata{ID: NewID(at), CorrelationID: "request"}),
		} {
			raw, err := EncodeDetail(New(at, data, option))
			if err != nil {
				t.Fatal(err)
			}
			out[data.Type()] = append(out[data.Type()], string(raw))
		}
	}
	return out
}

// Without this the short cut could be never taken, and nobody would see it.
func TestWhatIsEncodedTakesTheShortCut(t *testing.T) {
	t.Parallel()
	for name, details := range canonicals(t) {
		for _, detail := range details {
			if _, ok := decodeCanonical(definitions[name], []byte(detail)); !ok {
				t.Errorf("not taken for canonical: %s", detail)
			}
		}
	}
}

// Each of these means something else than it looks like, or is to be refused with a
// reason: encoding/json knows which.
func TestWhatLooksDifferentDoesNotTakeTheShortCut(t *testing.T) {
	t.Parallel()
	good := canonicals(t)[TypeMessageStored][0]
	for name, change := range map[string][2]string{
		"a space":              {`"data":{`, `"data": {`},
		"something behind":     {`}}`, `}}{}`},
		"an escape":            {`"b27d4f80"`, `"b27d4f8\u0030"`},
		"not ASCII":            {`"b27d4f80"`, `"b27d4f8é"`},
		"a control character":  {`"b27d4f80"`, "\"b27d4f8\x01\""},
		"an unknown field":     {`"size"`, `"colour":"red","size"`},
		"a field twice":        {`"algorithm"`, `"keyId":"other","algorithm"`},
		"another order":        {`"messageId"`, `"size":1,"messageId"`},
		"a name in capitals":   {`"size"`, `"Size"`},
		"null":                 {`"b27d4f80"`, `null`},
		"a fraction":           {`4194304`, `4194304.0`},
		"an exponent":          {`4194304`, `4e6`},
		"a negative number":    {`4194304`, `-1`},
		"a leading zero":       {`4194304`, `04194304`},
		"a huge number":        {`4194304`, `9223372036854775808`},
		"another version":      {`"version":1`, `"version":2`},
		"no version":           {`"version":1,`, ``},
		"a day that is not":    {`2026-11-24`, `2026-11-31`},
		"bad base64":           {`"AAH//g=="`, `"AAH//g="`},
		"an end in the middle": {`,"algorithm"`, "\x00"},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s: the change does not apply to %s", name, good)
		}
		if e, ok := decodeCanonical(definitions[TypeMessageStored], []byte(bad)); ok {
			t.Errorf("%s: decoded to %+v", name, e)
		}
	}
	for i := range good {
		if e, ok := decodeCanonical(definitions[TypeMessageStored], []byte(good[:i])); ok {
			t.Errorf("cut off after %d bytes: decoded to %+v", i, e)
		}
	}
}

// FuzzCanonical looks for a detail of which the short cut makes anything else than
// encoding/json does.
func FuzzCanonical(f *testing.F) {
	for name, details := range canonicals(f) {
		for _, detail := range details {
			f.Add(string(name), []byte(detail))
		}
		raw, err := os.ReadFile("testdata/" + string(name) + ".v1.json")
		if err != nil {
			f.Fatal(err)
		}
		var golden struct{ Detail json.RawMessage }
		if err := json.Unmarshal(raw, &golden); err != nil {
			f.Fatal(err)
		}
		f.Add(string(name), []byte(golden.Detail))
	}
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		def := definitions[Type(name)]
		short, ok := decodeCanonical(def, raw)
		if !ok {
			return
		}
		long, err := decodeAny(def, name, raw)
		if err != nil {
			t.Fatalf("encoding/json refuses what the short cut takes: %v", err)
		}
		if diff := cmp.Diff(long, short); diff != "" {
			t.Fatalf("(-encoding/json +short cut)\n%s", diff)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	for name, details := range canonicals(b) {
		b.Run(string(name), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decode(SourceMessages, string(name), []byte(details[0])); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
