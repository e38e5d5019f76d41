package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/seal"
)

const sealingTime = time.Second

func measureSealing(_ context.Context, _ options, t *table) error {
	key := make([]byte, seal.KeySize)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	for _, size := range []int{1 << 10, 64 << 10, 4 << 20} {
		f, err := newSealing(key, size)
		if err != nil {
			return err
		}
		sealed, bareSeal, opened, bareOpen := f.rates()
		if f.err != nil {
			return f.err
		}
		target := ""
		if size == 4<<20 {
			target = "≤ 1.3×"
		}
		t.add("seal "+bytesOf(size), fmt.Sprintf("%.2f× bare AES-256-GCM", bareSeal/sealed), target, mbs(sealed, size))
		t.add("open "+bytesOf(size), fmt.Sprintf("%.2f× bare AES-256-GCM", bareOpen/opened), target, mbs(opened, size))
	}
	return nil
}

// sealing has one body, sealed and encrypted with bare AES-GCM.
type sealing struct {
	key, body, sealed, bare, nonce []byte
	aead                           cipher.AEAD
	context                        seal.Context
	header                         seal.Header
	err                            error
}

func newSealing(key []byte, size int) (*sealing, error) {
	s := &sealing{
		key: key, body: make([]byte, size), nonce: make([]byte, 12),
		context: seal.Context{MessageID: "m", SenderID: "s", RecipientID: "r"},
		header:  seal.Header{ContentType: "application/octet-stream", Filename: "bench.bin"},
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	if s.aead, err = cipher.NewGCM(block); err != nil {
		return nil, err
	}
	if s.sealed, err = seal.Seal(key, s.context, s.header, s.body); err != nil {
		return nil, err
	}
	s.bare = s.aead.Seal(nil, s.nonce, s.body, nil)
	return s, nil
}

// rates measures alternately, so that noise of the machine affects all alike.
func (s *sealing) rates() (sealed, bareSeal, opened, bareOpen float64) {
	const turns = 4
	for range turns {
		sealed += s.rate(func() error { _, err := seal.Seal(s.key, s.context, s.header, s.body); return err })
		bareSeal += s.rate(func() error { s.aead.Seal(nil, s.nonce, s.body, nil); return nil })
		opened += s.rate(func() error { _, _, err := seal.Open(s.key, s.context, s.sealed); return err })
		bareOpen += s.rate(func() error { _, err := s.aead.Open(nil, s.nonce, s.bare, nil); return err })
	}
	return sealed / turns, bareSeal / turns, opened / turns, bareOpen / turns
}

func (s *sealing) rate(op func() error) float64 {
	start, n := time.Now(), 0
	for ; time.Since(start) < sealingTime/4; n++ {
		if err := op(); err != nil {
			s.err = err
			return 1
		}
	}
	return float64(n) / time.Since(start).Seconds()
}

func bytesOf(n int) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}

func mbs(rate float64, size int) string { return fmt.Sprintf("%.0f MB/s", rate*float64(size)/1e6) }
