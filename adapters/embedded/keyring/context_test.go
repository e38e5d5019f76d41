package keyring_test

import (
	"bytes"
	"encoding/hex"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/adapters/embedded/keyring"
	"github.com/sealpost/sealpost/ports"
)

// TestContextEncoding asserts that two encryption contexts have the same encoding
// if and only if they are equal. The strings are short, so that collisions would
// come up.
func TestContextEncoding(t *testing.T) {
	t.Parallel()
	text := rapid.StringOfN(rapid.RuneFrom([]rune{'a', 'b', 0, 1}), 0, 3, -1)
	anyContext := rapid.MapOfN(text, text, 0, 3)
	rapid.Check(t, func(t *rapid.T) {
		a, b := ports.EncryptionContext(anyContext.Draw(t, "a")), ports.EncryptionContext(anyContext.Draw(t, "b"))
		if bytes.Equal(keyring.DataKeyContext(a), keyring.DataKeyContext(b)) != maps.Equal(a, b) {
			t.Fatalf("%q and %q: %q and %q", a, b, keyring.DataKeyContext(a), keyring.DataKeyContext(b))
		}
		if !bytes.Equal(keyring.DataKeyContext(a), keyring.DataKeyContext(maps.Clone(a))) {
			t.Fatal("one context has two encodings")
		}
	})
}

// TestContextEncodingStays pins the bytes: stored keys open with these alone.
func TestContextEncodingStays(t *testing.T) {
	t.Parallel()
	want := "000000000000001c" + hex.EncodeToString([]byte("sealpost keyring data key v1")) +
		"0000000000000001" + "61" + "0000000000000000" + // a, ""
		"0000000000000001" + "62" + "0000000000000002" + "6363" // b, "cc"
	if got := hex.EncodeToString(keyring.DataKeyContext(ports.EncryptionContext{"b": "cc", "a": ""})); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
