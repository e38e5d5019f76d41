package userpool

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime"

	"github.com/alexedwards/argon2id"
	"golang.org/x/sync/semaphore"
)

// owasp has the parameters of argon2id that OWASP's Password Storage Cheat Sheet
// recommends: 19 MiB, two passes, one lane.
var owasp = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

const (
	// maxHashing bounds how many passwords are hashed at once, and with it the memory.
	maxHashing = 4
	// maxWaiting bounds how many requests may wait for a hash. More of them would only
	// wait longer than a person does.
	maxWaiting = 256
)

// hasher hashes passwords and checks them. A hash is stored sealed under the master
// key, together with its user's id (OWASP calls that a pepper by encryption): a copy of
// the database alone cannot be attacked by guessing, and a hash that is moved to another
// user's row does not open there.
type hasher struct {
	params  argon2id.Params
	sealer  Sealer
	running *semaphore.Weighted
	waiting *semaphore.Weighted
	// dummy is the sealed hash of no known password, for the user id "". Checking it
	// takes as long as checking a user's, so that the time of an answer does not tell who
	// is a user.
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

// admit takes a place among those that may wait for a hash, or returns errBusy.
// The caller gives it back.
func (h *hasher) admit() (release func(), err error) {
	if !h.waiting.TryAcquire(1) {
		return nil, errBusy
	}
	return func() { h.waiting.Release(1) }, nil
}

// passwordContext is the associated data of a user's sealed hash.
func passwordContext(userID string) []byte { return []byte("sealpost/userpool/password/" + userID) }

// hash returns the sealed hash of a user's password.
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

// matches compares in constant time. A stored hash that is not this user's is an error.
func (h *hasher) matches(ctx context.Context, userID string, stored []byte, password string) (ok bool, err error) {
	phc, err := h.sealer.Open(stored, passwordContext(userID))
	if err != nil {
		return false, fmt.Errorf("opening the stored password hash: %w", err)
	}
	// The parameters come from the stored string, so that they can be raised one day. The
	// seal shows that this program wrote them.
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
