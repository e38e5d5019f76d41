package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

type world struct {
	server, mailbox string
	http            *http.Client
	sender          person
	people          []person
	// posted counts the posts to each user, to tell when the projections have caught
	// up.
	posted int
}

type person struct {
	username, token string
	client          *client.Client
}

const password = "Bench-Password-9"

func newWorld(ctx context.Context, s *server, clients int) (*world, error) {
	transport := &http.Transport{MaxIdleConns: 2 * clients, MaxIdleConnsPerHost: 2 * clients}
	w := &world{server: s.url, mailbox: s.mailbox, http: &http.Client{Transport: transport, Timeout: time.Minute}}
	cfg, err := client.Discover(ctx, w.http, s.url)
	if err != nil {
		return nil, err
	}
	pool := client.NewPool(w.http, cfg)
	if w.sender, err = w.register(ctx, cfg, pool, "sender"); err != nil {
		return nil, err
	}
	for i := range recipients {
		p, err := w.register(ctx, cfg, pool, fmt.Sprintf("recipient-%02d", i))
		if err != nil {
			return nil, err
		}
		w.people = append(w.people, p)
	}
	for _, p := range w.people {
		if err := until(ctx, func() (bool, error) { me, err := p.client.Me(ctx); return me.Ready, err }); err != nil {
			return nil, fmt.Errorf("waiting for %s: %w", p.username, err)
		}
	}
	return w, nil
}

func (w *world) register(ctx context.Context, cfg client.Config, pool *client.Pool, name string) (person, error) {
	address := name + "@example.org"
	if _, err := pool.SignUp(ctx, name, address, password); err != nil {
		return person{}, err
	}
	code, err := scenario.Embedded(w.server, w.mailbox, w.http).Code(ctx, address)
	if err != nil {
		return person{}, fmt.Errorf("reading the code of %s: %w", name, err)
	}
	if err := pool.Confirm(ctx, name, code); err != nil {
		return person{}, err
	}
	tokens, err := pool.SignIn(ctx, name, password)
	if err != nil {
		return person{}, err
	}
	return person{name, tokens.ID, client.New(w.http, cfg, client.NewSession(pool, tokens))}, nil
}

func (w *world) caughtUp(ctx context.Context) error {
	probe := w.people[0]
	before, err := probe.client.Unread(ctx)
	if err != nil {
		return err
	}
	if before.More { // the count is at its limit, so look at the newest message
		return w.newestSeen(ctx, probe)
	}
	if err := w.send(ctx, probe.username); err != nil {
		return err
	}
	return until(ctx, func() (bool, error) {
		now, err := probe.client.Unread(ctx)
		return now.Unread > before.Unread, err
	})
}

func (w *world) newestSeen(ctx context.Context, probe person) error {
	newest := func() (string, error) {
		list, err := probe.client.Inbox(ctx, false, client.Page{Limit: 1})
		if err != nil || len(list.Messages) == 0 {
			return "", err
		}
		return list.Messages[0].ID, nil
	}
	before, err := newest()
	if err != nil {
		return err
	}
	if err := w.send(ctx, probe.username); err != nil {
		return err
	}
	return until(ctx, func() (bool, error) { id, err := newest(); return id != before, err })
}

var errNeverTrue = errors.New("waited in vain")

// until polls a condition every two milliseconds.
func until(ctx context.Context, condition func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		if done, err := condition(); err == nil && done {
			return nil
		}
		pause(ctx, 2*time.Millisecond)
	}
	return errNeverTrue
}

// body is random, so that compression would gain nothing.
var body = func() []byte {
	b := make([]byte, bodySize)
	rand.Read(b) // never fails (crypto/rand)
	return b
}()
