package userpool

import (
	"context"
	"fmt"
	"sync"
)

// gate admits one caller at a time per key. A user's sign-ins pass it one by one, because otherwise a hundred
// concurrent guesses would all be checked before any of them is counted.
type gate struct {
	mu   sync.Mutex
	keys map[string]*turn
}

type turn struct {
	place chan struct{} // holds one token while a caller is inside
	users int           // callers inside or waiting; the last one removes the turn
}

// maxTurns is how many callers may wait for one key, so that one key cannot use all of maxWaiting.
const maxTurns = 64

func newGate() *gate { return &gate{keys: map[string]*turn{}} }

// enter waits for the key's turn, or returns errBusy. The caller must call leave.
func (g *gate) enter(ctx context.Context, key string) (leave func(), err error) {
	t, err := g.join(key)
	if err != nil {
		return nil, err
	}
	select {
	case t.place <- struct{}{}:
		return func() {
			<-t.place
			g.quit(key, t)
		}, nil
	case <-ctx.Done():
		g.quit(key, t)
		return nil, fmt.Errorf("waiting for a turn: %w", ctx.Err())
	}
}

func (g *gate) join(key string) (*turn, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.keys[key]
	if t == nil {
		t = &turn{place: make(chan struct{}, 1)}
		g.keys[key] = t
	}
	if t.users > maxTurns {
		return nil, errBusy
	}
	t.users++
	return t, nil
}

func (g *gate) quit(key string, t *turn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.users--; t.users == 0 {
		delete(g.keys, key)
	}
}
