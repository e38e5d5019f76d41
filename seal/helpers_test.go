package seal_test

import (
	"bytes"
	"testing"

	"github.com/sealpost/sealpost/seal"
)

var (
	someKey     = bytes.Repeat([]byte{0x42}, seal.KeySize)
	someContext = seal.Context{
		MessageID:   "01JDEXAMPLE0000000000000AB",
		SenderID:    "8f14e45f-ceea-467f-9575-1d4f0b5f2b11",
		RecipientID: "c9f0f895-fb98-4b91-b3d2-6d1a3f0a7e22",
	}
	someHeader = seal.Header{Filename: "report.pdf", ContentType: "application/pdf"}
)

func mustSeal(tb testing.TB, key []byte, c seal.Context, h seal.Header, body []byte) []byte {
	tb.Helper()
	sealed, err := seal.Seal(key, c, h, body)
	if err != nil {
		tb.Fatalf("Seal: %v", err)
	}
	return sealed
}

func flipped(b []byte, bit int) []byte {
	b = bytes.Clone(b)
	b[bit/8] ^= 1 << (bit % 8)
	return b
}
