package seal_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"io"
	"unicode"
	"unicode/utf8"

	"github.com/sealpost/sealpost/seal"
)

// This is a second implementation, written from docs/sealed-format.md with the
// standard library alone: it uses the package's types and none of its code. It
// can also make what the package never makes, so that refusals can be tested.

// forgery is what referenceSeal deviates in. The zero value deviates in nothing.
type forgery struct {
	// inner replaces the header and body that are encrypted.
	inner []byte
	// ad replaces the associated data.
	ad []byte
}

func referenceGCM(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // a mistake in the test
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

func referenceSeal(key, nonce []byte, c seal.Context, h seal.Header, body []byte, f forgery) []byte {
	if f.inner == nil {
		f.inner = referenceInner(h, body)
	}
	if f.ad == nil {
		f.ad = referenceAD(c)
	}
	var out bytes.Buffer
	out.WriteByte(0x01)
	out.Write(nonce)
	out.Write(referenceGCM(key).Seal(nil, nonce, f.inner, f.ad))
	return out.Bytes()
}

func referenceInner(h seal.Header, body []byte) []byte {
	var b bytes.Buffer
	for _, field := range []string{h.Filename, h.ContentType} {
		b.WriteByte(uint8(len(field)))
		b.WriteString(field)
	}
	b.Write(body)
	return b.Bytes()
}

func referenceAD(c seal.Context) []byte {
	b := bytes.NewBuffer([]byte{0x01})
	for _, id := range []string{c.MessageID, c.SenderID, c.RecipientID} {
		b.Write([]byte{byte(len(id) >> 8), byte(len(id))})
		b.WriteString(id)
	}
	return b.Bytes()
}

var errReference = errors.New("reference refuses")

func referenceOpen(key []byte, c seal.Context, sealed []byte) (h seal.Header, body []byte, err error) {
	r := bytes.NewReader(sealed)
	var prefix struct {
		Version uint8
		Nonce   [12]byte
	}
	if err := binary.Read(r, binary.BigEndian, &prefix); err != nil || prefix.Version != 1 {
		return h, nil, errReference
	}
	rest, _ := io.ReadAll(r)
	inner, err := referenceGCM(key).Open(nil, prefix.Nonce[:], rest, referenceAD(c))
	if err != nil {
		return h, nil, errReference
	}
	return referenceParse(inner)
}

func referenceParse(inner []byte) (h seal.Header, body []byte, err error) {
	r := bytes.NewReader(inner)
	for _, field := range []*string{&h.Filename, &h.ContentType} {
		n, err := r.ReadByte()
		if err != nil {
			return h, nil, errReference
		}
		text := make([]byte, n)
		if _, err := io.ReadFull(r, text); err != nil || !utf8.Valid(text) || bytes.ContainsFunc(text, unicode.IsControl) {
			return h, nil, errReference
		}
		*field = string(text)
	}
	body, err = io.ReadAll(r)
	return h, body, err
}
