package userpool

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime"

	"github.com/alexedwards/argon2id"
	"golang.org/x/sync/semaphore"
)

// owasp has the argon2id parameters that OWASP's Password Storage Cheat Sheet recommends: 19 MiB, two passes,
// one lane.
var owasp = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

const (
	// maxHashing limits how many passwords are hashed at once, and so the memory.
	maxHashing = 4
	// maxWaiting limits how many requests may wait for a hash. Users would not wait longer.
	maxWaiting = 256
)

// hasher hashes and checks passwords. A hash is stored encrypted under the master key and bound to its user's
// id (OWASP calls that a pepper by encryption). So a copy of the database alone cannot be attacked by
// guessing, and a hash that is moved to another user's row does not open.
type hasher struct {
	params  argon2id.Params
	sealer  Sealer
	running *semaphore.Weighted
	waiting *semaphore.Weighted
	// dummy is the sealed hash of an unknown password, for the user id "". Checking it takes as long as
	// checking a user's, so response times do not reveal which users exist.
	dummy []byte
}

func newHasher(params argon2id.Params, sealer Sealer) (h *hasher, err error) {
	h = &hasher{
		params: params, sealer: sealer,
		running: semaphore.NewWeighted(int64(min(maxHashing, runtime.GOMAXPROCS(0)))),
		waiting: semaphore.NewWeighted(maxWaiting),
	}
	h.dummy, err = h.hash(context.Background(), "", rand.Text())
	return h, err
}

// admit takes one of the maxWaiting places, or returns errBusy. The caller must call release.
func (h *hasher) admit() (release func(), err error) {
	if !h.waiting.TryAcquire(1) {
		return nil, errBusy
	}
	return func() { h.waiting.Release(1) }, nil
}

func passwordContext(userID string) []byte { return []byte("sealpost/userpool/password/" + userID) }

func (h *hasher) hash(ctx context.Context, userID, password string) ([]byte, error) {
	var phc string
	err := h.run(ctx, func() (err error) {
		phc, err = argon2id.CreateHash(password, &h.params)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("hashing a password: %w", err)
	}
	return h.sealer.Seal([]byte(phc), passwordContext(userID))
}

// matches compares in constant time. A stored hash of another user is an error.
func (h *hasher) matches(ctx context.Context, userID string, stored []byte, password string) (ok bool, err error) {
	phc, err := h.sealer.Open(stored, passwordContext(userID))
	if err != nil {
		return false, fmt.Errorf("opening the stored password hash: %w", err)
	}
	// The parameters come from the stored string, so that they can be raised later. The seal proves that this
	// program wrote them.
	err = h.run(ctx, func() (err error) {
		ok, err = argon2id.ComparePasswordAndHash(password, string(phc))
		return err
	})
	return ok, err
}

func (h *hasher) run(ctx context.Context, work func() error) error {
	if err := h.running.Acquire(ctx, 1); err != nil {
		return fmt.Errorf("waiting for a processor: %w", err)
	}
	defer h.running.Release(1)
	return work()
}
