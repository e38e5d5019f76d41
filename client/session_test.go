package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sealpost/sealpost/client"
)

// refresher gives the token "fresh-N" for the Nth refresh.
type refresher struct {
	calls atomic.Int32
	err   error
}

func (r *refresher) Refresh(_ context.Context, refreshToken string) (client.Tokens, error) {
	n := r.calls.Add(1)
	if r.err != nil {
		return client.Tokens{}, r.err
	}
	return client.Tokens{
		ID: "fresh-" + string('0'+n), Refresh: refreshToken, Expires: time.Now().Add(time.Hour),
	}, nil
}

func tokens(lasting time.Duration) client.Tokens {
	return client.Tokens{ID: "old", Refresh: "refresh", Expires: time.Now().Add(lasting)}
}

func TestAnIDTokenIsRefreshedShortlyBeforeItEnds(t *testing.T) {
	t.Parallel()
	for lasting, want := range map[time.Duration]string{
		time.Hour: "old", 2 * time.Minute: "old", 30 * time.Second: "fresh-1", -time.Hour: "fresh-1",
	} {
		got, err := client.NewSession(&refresher{}, tokens(lasting)).Token(t.Context())
		if err != nil || got != want {
			t.Errorf("lasting %v: got %q, %v, want %q", lasting, got, err, want)
		}
	}
}

func TestCallersTogetherRefreshOnce(t *testing.T) {
	t.Parallel()
	pool := &refresher{}
	s := client.NewSession(pool, tokens(0))
	saved := 0
	s.OnRefresh = func(client.Tokens) error { saved++; return nil }
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			if got, err := s.Token(t.Context()); err != nil || got != "fresh-1" {
				t.Errorf("Token: got %q, %v", got, err)
			}
			if got, err := s.Renew(t.Context(), "old"); err != nil || got != "fresh-1" {
				t.Errorf("Renew: got %q, %v", got, err)
			}
		})
	}
	wg.Wait()
	if pool.calls.Load() != 1 || saved != 1 {
		t.Errorf("refreshed %d times, saved %d times", pool.calls.Load(), saved)
	}
}

func TestAFailedRefreshKeepsTheSession(t *testing.T) {
	t.Parallel()
	pool := &refresher{err: errors.New("away")}
	s := client.NewSession(pool, tokens(0))
	if _, err := s.Token(t.Context()); !errors.Is(err, pool.err) {
		t.Errorf("got %v", err)
	}
	pool.err = nil
	if got, err := s.Token(t.Context()); err != nil || got != "fresh-2" {
		t.Errorf("after the pool is back: got %q, %v", got, err)
	}
}

func TestAFailedSaveFailsTheCall(t *testing.T) {
	t.Parallel()
	s := client.NewSession(&refresher{}, tokens(0))
	full := errors.New("disk full")
	s.OnRefresh = func(client.Tokens) error { return full }
	if _, err := s.Token(t.Context()); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

func TestA401IsAnsweredWithAFreshTokenOnce(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"Bearer fresh-1", "none"} {
		var seen []string
		api := serve(t, func(w http.ResponseWriter, r *http.Request) {
			seen = append(seen, r.Header.Get("Authorization"))
			if r.Header.Get("Authorization") != good {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = io.WriteString(w, `{}`)
		})
		api.Tokens = client.NewSession(&refresher{}, tokens(time.Hour))
		_, err := api.Me(t.Context())
		if len(seen) != 2 {
			t.Errorf("asked with %q", seen)
		}
		if (err == nil) != (good != "none") || err != nil && !client.HasStatus(err, 401) {
			t.Errorf("good %q: got %v", good, err)
		}
	}
}

func TestAStaticTokenLetsThe401Stand(t *testing.T) {
	t.Parallel()
	api := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	if _, err := api.Me(t.Context()); !client.HasStatus(err, 401) {
		t.Errorf("got %v", err)
	}
}

func TestWaitingForARefreshEndsWithTheContext(t *testing.T) {
	t.Parallel()
	begun, release := make(chan struct{}), make(chan struct{})
	s := client.NewSession(blocking{begun, release}, tokens(0))
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = s.Token(context.Background()) })
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Token(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(release)
	wg.Wait()
}

type blocking struct{ begun, release chan struct{} }

func (b blocking) Refresh(context.Context, string) (client.Tokens, error) {
	close(b.begun)
	<-b.release
	return tokens(time.Hour), nil
}

func TestUsernameOfAnIDToken(t *testing.T) {
	t.Parallel()
	// {"cognito:username":"alice"}
	const payload = "eyJjb2duaXRvOnVzZXJuYW1lIjoiYWxpY2UifQ"
	for id, want := range map[string]string{"h." + payload + ".s": "alice", "": "", "h": "", "h.!.s": "", "h.e30.s": ""} {
		if got := (client.Tokens{ID: id}).Username(); got != want {
			t.Errorf("%q: got %q", id, got)
		}
	}
}
