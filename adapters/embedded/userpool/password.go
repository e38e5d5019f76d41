package userpool

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
)

// owasp has the parameters of argon2id that OWASP's Password Storage Cheat Sheet
// recommends: 19 MiB, two passes, one lane.
var owasp = argonParams{memory: 19 * 1024, time: 2, threads: 1}

type argonParams struct {
	memory  uint32 // KiB
	time    uint32 // passes
	threads uint8
}

const (
	saltSize = 16
	hashSize = 32
)

// maxHashing bounds how many passwords are hashed at once, and with it the memory.
const maxHashing = 4

// maxWaiting bounds how many requests may wait for a hash. More of them would only
// wait longer than a person does.
const maxWaiting = 256

// hasher makes and checks password hashes in the PHC string format
// ($argon2id$v=19$m=19456,t=2,p=1$SALT$HASH).
type hasher struct {
	params  argonParams
	running *semaphore.Weighted
	waiting *semaphore.Weighted
	// dummy is a hash that no password has. Checking it takes as long as checking
	// a user's, so that the time of an answer does not tell who is a user.
	dummy string
}

func newHasher(params argonParams) (*hasher, error) {
	h := &hasher{
		params:  params,
		running: semaphore.NewWeighted(int64(min(maxHashing, runtime.GOMAXPROCS(0)))),
		waiting: semaphore.NewWeighted(maxWaiting),
	}
	secret := make([]byte, hashSize)
	_, _ = rand.Read(secret) // never fails (crypto/rand)
	var err error
	h.dummy, err = h.hash(context.Background(), base64.RawStdEncoding.EncodeToString(secret))
	return h, err
}

// admit takes a place among those that may wait for a hash, or returns errBusy.
// The caller gives it back.
func (h *hasher) admit() (release func(), err error) {
	if !h.waiting.TryAcquire(1) {
		return nil, errBusy
	}
	return func() { h.waiting.Release(1) }, nil
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails (crypto/rand)
	sum, err := h.derive(ctx, password, salt, h.params, hashSize)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.params.memory, h.params.time, h.params.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)), nil
}

// matches compares in constant time.
func (h *hasher) matches(ctx context.Context, stored, password string) (bool, error) {
	params, salt, want, err := parsePHC(stored)
	if err != nil {
		return false, err
	}
	got, err := h.derive(ctx, password, salt, params, uint32(len(want))) //nolint:gosec // parsePHC bounds it
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

func (h *hasher) derive(ctx context.Context, password string, salt []byte, p argonParams, size uint32) ([]byte, error) {
	if err := h.running.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("waiting to hash a password: %w", err)
	}
	defer h.running.Release(1)
	return argon2.IDKey([]byte(password), salt, p.time, p.memory, p.threads, size), nil
}

var errBadHash = errors.New("the stored password hash is damaged")

// parsePHC reads the parameters from the string, so that they can be raised one
// day without locking anybody out. It bounds them: a damaged row must not take
// all memory.
func parsePHC(s string) (p argonParams, salt, sum []byte, err error) {
	fields := strings.Split(s, "$")
	if len(fields) != 6 || fields[0] != "" || fields[1] != "argon2id" || fields[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errBadHash
	}
	if _, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); err != nil {
		return p, nil, nil, errBadHash
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(fields[4])
	sum, sumErr := base64.RawStdEncoding.DecodeString(fields[5])
	if saltErr != nil || sumErr != nil || len(salt) < 8 || len(sum) < 16 || len(sum) > 64 ||
		p.memory > 256*1024 || p.time < 1 || p.time > 16 || p.threads < 1 {
		return p, nil, nil, errBadHash
	}
	return p, salt, sum, nil
}
