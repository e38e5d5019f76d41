package seal_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/seal"
)

var (
	anyKey  = rapid.SliceOfN(rapid.Byte(), seal.KeySize, seal.KeySize)
	anyBody = rapid.SliceOfN(rapid.Byte(), 0, 300)
	anyID   = rapid.StringN(1, -1, seal.MaxID)
	// anyField has what a header takes: no control character.
	anyField = rapid.StringOfN(rapid.Rune().Filter(func(r rune) bool {
		return r >= 0x20 && (r < 0x7f || r > 0x9f)
	}), 0, -1, seal.MaxHeaderField)
	anyContext = rapid.Custom(func(t *rapid.T) seal.Context {
		return seal.Context{MessageID: anyID.Draw(t, "message"), SenderID: anyID.Draw(t, "sender"), RecipientID: anyID.Draw(t, "recipient")}
	})
	anyHeader = rapid.Custom(func(t *rapid.T) seal.Header {
		return seal.Header{Filename: anyField.Draw(t, "filename"), ContentType: anyField.Draw(t, "content type")}
	})
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key, c, h, body := anyKey.Draw(t, "key"), anyContext.Draw(t, "context"), anyHeader.Draw(t, "header"), anyBody.Draw(t, "body")
		before := bytes.Clone(body)
		sealed, err := seal.Seal(key, c, h, body)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(body, before) {
			t.Fatal("Seal changed the body")
		}
		if len(sealed) != len(body)+seal.Overhead(h) {
			t.Fatalf("%d bytes became %d, with an overhead of %d", len(body), len(sealed), seal.Overhead(h))
		}
		before = bytes.Clone(sealed)
		gotHeader, got, err := seal.Open(key, c, sealed)
		if err != nil || gotHeader != h || !bytes.Equal(got, body) {
			t.Fatalf("opened as %q, %x: %v", gotHeader, got, err)
		}
		if !bytes.Equal(sealed, before) {
			t.Fatal("Open changed the sealed message")
		}
		gotHeader, got, err = referenceOpen(key, c, sealed)
		if err != nil || gotHeader != h || !bytes.Equal(got, body) {
			t.Fatalf("the reference opened %q, %x: %v", gotHeader, got, err)
		}
	})
}

func TestOtherContextIsRefused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sealedFor, openedFor := anyContext.Draw(t, "sealed for"), anyContext.Draw(t, "opened for")
		if rapid.Bool().Draw(t, "same text, other boundaries") {
			ids := sealedFor.MessageID + sealedFor.SenderID
			runes := []rune(ids)
			cut := rapid.IntRange(1, len(runes)-1).Draw(t, "cut")
			openedFor = seal.Context{MessageID: string(runes[:cut]), SenderID: string(runes[cut:]), RecipientID: sealedFor.RecipientID}
		}
		if openedFor == sealedFor || openedFor.Validate() != nil {
			t.Skip("not another context")
		}
		sealed, err := seal.Seal(someKey, sealedFor, someHeader, []byte("body"))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := seal.Open(someKey, openedFor, sealed); !errors.Is(err, seal.ErrOpen) {
			t.Fatalf("opened for %q: %v", openedFor, err)
		}
	})
}

func TestNonceIsFresh(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		sealed := mustSeal(t, someKey, someContext, someHeader, nil)
		seen[string(sealed[1:13])] = true
	}
	if len(seen) != 1000 {
		t.Errorf("1000 messages had %d nonces", len(seen))
	}
}

// TestEveryChangeIsRefused goes through one message bit by bit and byte by byte.
func TestEveryChangeIsRefused(t *testing.T) {
	t.Parallel()
	sealed := mustSeal(t, someKey, someContext, someHeader, []byte("body"))
	changes := map[string][]byte{}
	for bit := range 8 * len(sealed) {
		changes[fmt.Sprintf("bit %d flipped", bit)] = flipped(sealed, bit)
	}
	for n := range sealed {
		changes[fmt.Sprintf("cut to %d", n)] = sealed[:n]
		changes[fmt.Sprintf("begun at %d", n+1)] = sealed[n+1:]
	}
	for b := range 256 {
		changes[fmt.Sprintf("extended by %#x", b)] = append(bytes.Clone(sealed), byte(b))
	}
	for what, changed := range changes {
		h, body, err := seal.Open(someKey, someContext, changed)
		if !errors.Is(err, seal.ErrOpen) || h != (seal.Header{}) || body != nil {
			t.Errorf("%s: %q, %x, %v", what, h, body, err)
		}
		if wantVersion := len(changed) > 0 && changed[0] != 1; errors.Is(err, seal.ErrVersion) != wantVersion {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestRefusalsLookAlike asserts that nothing but the version can be told from a
// refusal.
func TestRefusalsLookAlike(t *testing.T) {
	t.Parallel()
	for name, v := range loadVectors(t) {
		if v.Expect != expectRefused {
			continue
		}
		_, _, err := seal.Open(v.Key, v.context(), v.Sealed)
		if err == nil || err.Error() != seal.ErrOpen.Error() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeySize(t *testing.T) {
	t.Parallel()
	sealed := mustSeal(t, someKey, someContext, someHeader, nil)
	for _, n := range []int{0, 16, 24, 31, 33, 64} {
		if _, err := seal.Seal(make([]byte, n), someContext, someHeader, nil); !errors.Is(err, seal.ErrKey) {
			t.Errorf("Seal with a key of %d bytes: %v", n, err)
		}
		if _, _, err := seal.Open(make([]byte, n), someContext, sealed); !errors.Is(err, seal.ErrKey) {
			t.Errorf("Open with a key of %d bytes: %v", n, err)
		}
	}
}

func TestContextValidate(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{
		"missing": "", "too long": strings.Repeat("a", seal.MaxID+1), "not UTF-8": "a\xff",
	} {
		for _, c := range []seal.Context{{id, "s", "r"}, {"m", id, "r"}, {"m", "s", id}} {
			if err := c.Validate(); !errors.Is(err, seal.ErrContext) {
				t.Errorf("%s: Validate of %q: %v", name, c, err)
			}
			if _, err := seal.Seal(someKey, c, someHeader, nil); !errors.Is(err, seal.ErrContext) {
				t.Errorf("%s: Seal: %v", name, err)
			}
			if _, _, err := seal.Open(someKey, c, []byte{1}); !errors.Is(err, seal.ErrContext) {
				t.Errorf("%s: Open: %v", name, err)
			}
		}
	}
	if err := (seal.Context{MessageID: strings.Repeat("a", seal.MaxID), SenderID: "s", RecipientID: "r"}).Validate(); err != nil {
		t.Errorf("the longest id: %v", err)
	}
}

func TestContextMap(t *testing.T) {
	t.Parallel()
	got := seal.Context{MessageID: "m", SenderID: "s", RecipientID: "r"}.Map()
	want := map[string]string{"messageId": "m", "senderId": "s", "recipientId": "r"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFits(t *testing.T) {
	t.Parallel()
	const most = 1<<36 - 32
	for _, tt := range []struct {
		body, overhead uint64
		want           bool
	}{
		{0, 31, true}, {4 << 20, 541, true}, {math.MaxUint64, 31, false}, {math.MaxInt, 31, false},
		{most - 31, 31, math.MaxInt > most}, {most - 30, 31, false},
	} {
		if got := seal.Fits(tt.body, tt.overhead); got != tt.want {
			t.Errorf("Fits(%d, %d) = %v", tt.body, tt.overhead, got)
		}
	}
}

func TestWipe(t *testing.T) {
	t.Parallel()
	key := bytes.Repeat([]byte{7}, seal.KeySize)
	seal.Wipe(key)
	if !bytes.Equal(key, make([]byte, seal.KeySize)) {
		t.Errorf("after Wipe: %x", key)
	}
	seal.Wipe(nil)
}
