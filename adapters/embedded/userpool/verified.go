package userpool

import (
	"crypto/sha256"
	"maps"
	"sync"
)

// maxVerified is how many tokens each generation remembers. An entry has about
// 2 KB.
const maxVerified = 1024

// verified remembers tokens whose signature and origin were found good, since a
// client sends the same one for an hour. Whether a token has expired is asked each
// time; that it was signed by this key for this pool stays true. Only good tokens
// get in, so nobody can push them out with bad ones.
//
// It has two generations: when the newer is full it becomes the older, and what is
// still in use moves up. So it is bounded, and needs no list in the order of use.
type verified struct {
	mu           sync.Mutex
	newer, older map[tokenHash]map[string]any
}

// tokenHash stands for a token, so that the memory holds none.
type tokenHash [sha256.Size]byte

func newVerified() *verified { return &verified{newer: map[tokenHash]map[string]any{}} }

// get returns a copy: the caller may change it.
func (v *verified) get(h tokenHash) (map[string]any, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	claims, ok := v.newer[h]
	if !ok {
		if claims, ok = v.older[h]; ok {
			v.keep(h, claims)
		}
	}
	return maps.Clone(claims), ok
}

func (v *verified) put(h tokenHash, claims map[string]any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.keep(h, maps.Clone(claims))
}

func (v *verified) keep(h tokenHash, claims map[string]any) {
	if len(v.newer) >= maxVerified {
		v.newer, v.older = map[tokenHash]map[string]any{}, v.newer
	}
	v.newer[h] = claims
}
