package seal_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/sealpost/sealpost/seal"
)

// FuzzOpen looks for a ciphertext over which the package and the reference
// disagree, and for one that opens without being what Seal makes of its content.
func FuzzOpen(f *testing.F) {
	for _, v := range loadVectors(f) {
		f.Add([]byte(v.Key), v.Context.MessageID, v.Context.SenderID, v.Context.RecipientID, []byte(v.Sealed))
	}
	f.Fuzz(func(t *testing.T, key []byte, messageID, senderID, recipientID string, sealed []byte) {
		c := seal.Context{MessageID: messageID, SenderID: senderID, RecipientID: recipientID}
		if len(key) != seal.KeySize || c.Validate() != nil {
			if _, _, err := seal.Open(key, c, sealed); err == nil {
				t.Fatal("opened with a bad key or context")
			}
			return
		}
		checkAgreement(t, key, c, sealed)
	})
}

// FuzzHeader encrypts anything as a header and body, so that the fuzzer gets past
// the authentication to the parser.
func FuzzHeader(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x00\x00"))
	f.Add([]byte("\x01a\x01bbody"))
	f.Add([]byte("\x02\xc3\xa9\x00\x01c"))
	f.Add([]byte("\x01\n\x00"))
	f.Add([]byte("\xff\x00"))
	f.Fuzz(func(t *testing.T, inner []byte) {
		if inner == nil {
			inner = []byte{}
		}
		sealed := referenceSeal(someKey, make([]byte, 12), someContext, seal.Header{}, nil, forgery{inner: inner})
		checkAgreement(t, someKey, someContext, sealed)
	})
}

func checkAgreement(t *testing.T, key []byte, c seal.Context, sealed []byte) {
	t.Helper()
	h, body, err := seal.Open(key, c, sealed)
	wantHeader, wantBody, wantErr := referenceOpen(key, c, sealed)
	if (err == nil) != (wantErr == nil) || h != wantHeader && err == nil || !bytes.Equal(body, wantBody) && err == nil {
		t.Fatalf("opened as %q, %x, %v; by the reference as %q, %x, %v", h, body, err, wantHeader, wantBody, wantErr)
	}
	if err != nil {
		if !errors.Is(err, seal.ErrOpen) {
			t.Fatalf("refused with %v", err)
		}
		return
	}
	again, err := seal.SealWithNonce([12]byte(sealed[1:13]), key, c, h, body)
	if err != nil || !bytes.Equal(again, sealed) {
		t.Fatalf("%x opens and is not what Seal makes: %x, %v", sealed, again, err)
	}
}

// FuzzFlip changes a sealed message in some way and asserts that it is refused.
func FuzzFlip(f *testing.F) {
	f.Add([]byte("body"), "a.txt", "text/plain", uint32(0), byte(1), []byte{})
	f.Add([]byte("body"), "a.txt", "text/plain", uint32(13), byte(0x80), []byte{})
	f.Add([]byte{}, "", "", uint32(30), byte(1), []byte{})
	f.Add([]byte("body"), "", "", uint32(0), byte(0), []byte{0})
	f.Fuzz(func(t *testing.T, body []byte, filename, contentType string, at uint32, mask byte, extension []byte) {
		h := seal.Header{Filename: filename, ContentType: contentType}
		sealed, err := seal.Seal(someKey, someContext, h, body)
		if err != nil {
			if !errors.Is(err, seal.ErrHeader) {
				t.Fatal(err)
			}
			return
		}
		n := int(at) % len(sealed)
		refuse(t, "cut", sealed[:n])
		changed := append(bytes.Clone(sealed), extension...)
		changed[n] ^= mask
		if !bytes.Equal(changed, sealed) {
			refuse(t, "changed", changed)
		}
	})
}

// FuzzContext asserts that a message opens for one context alone.
func FuzzContext(f *testing.F) {
	f.Add("ab", "c", "d", "a", "bc", "d")
	f.Add("m", "s", "r", "m", "r", "s")
	f.Add("m", "s", "r", "m", "s", "r")
	f.Add("a\x00", "b", "c", "a", "\x00b", "c")
	f.Fuzz(func(t *testing.T, m1, s1, r1, m2, s2, r2 string) {
		c1, c2 := seal.Context{MessageID: m1, SenderID: s1, RecipientID: r1}, seal.Context{MessageID: m2, SenderID: s2, RecipientID: r2}
		sealed, err := seal.Seal(someKey, c1, someHeader, nil)
		if (err == nil) != (c1.Validate() == nil) {
			t.Fatalf("Seal for %q: %v", c1, err)
		}
		if err != nil {
			return
		}
		if _, _, err := seal.Open(someKey, c2, sealed); (err == nil) != (c1 == c2) {
			t.Fatalf("sealed for %q, opened for %q: %v", c1, c2, err)
		}
	})
}

func refuse(t *testing.T, what string, sealed []byte) {
	t.Helper()
	if h, body, err := seal.Open(someKey, someContext, sealed); !errors.Is(err, seal.ErrOpen) {
		t.Fatalf("%s, and opens as %q, %x: %v", what, h, body, err)
	}
}
