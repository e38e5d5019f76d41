package smoke

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/sealpost/sealpost/client"
)

// Patience is the default timeout of each step. It allows for cold functions, a new key
// and a queue that is behind, all together.
const Patience = 2 * time.Minute

// Config says what to test. Server, HTTP, Registrar and Say are required.
type Config struct {
	// Server is the base URL of config.json.
	Server string
	HTTP   *http.Client
	// Registrar creates the two users.
	Registrar Registrar
	// Patience is the timeout of each step; 0 means [Patience].
	Patience time.Duration
	// Say reports each step that passed.
	Say func(format string, args ...any)
}

// Registrar creates users who can sign in.
type Registrar interface {
	// Register returns the username of a confirmed user with the password. role is
	// "sender" or "recipient". The user may be from an earlier run.
	Register(ctx context.Context, pool *client.Pool, role, password string) (username string, err error)
}

// Run runs all steps and returns the first error.
func Run(ctx context.Context, c Config) error {
	if c.Patience == 0 {
		c.Patience = Patience
	}
	cfg, err := client.Discover(ctx, c.HTTP, c.Server)
	if err != nil {
		return err
	}
	if err := edge(ctx, c, cfg); err != nil {
		return err
	}
	sender, err := c.person(ctx, cfg, "sender")
	if err != nil {
		return err
	}
	recipient, err := c.person(ctx, cfg, "recipient")
	if err != nil {
		return err
	}
	for _, p := range []person{sender, recipient} {
		if err := c.ready(ctx, p); err != nil {
			return err
		}
	}
	c.Say("both have a key and a topic")
	return c.message(ctx, sender, recipient)
}

type person struct {
	name string
	*client.Client
}

func (c Config) person(ctx context.Context, cfg client.Config, role string) (person, error) {
	pool := client.NewPool(c.HTTP, cfg)
	password := "Smoke-1-" + rand.Text()
	name, err := c.Registrar.Register(ctx, pool, role, password)
	if err != nil {
		return person{}, fmt.Errorf("registering the %s: %w", role, err)
	}
	tokens, err := pool.SignIn(ctx, name, password)
	if err != nil {
		return person{}, fmt.Errorf("as %s: %w", name, err)
	}
	c.Say("%s is signed in", name)
	return person{name, client.New(c.HTTP, cfg, client.NewSession(pool, tokens))}, nil
}

func (c Config) ready(ctx context.Context, p person) error {
	return c.eventually(ctx, p.name+" did not become ready: UserVerified, the key or the topic did not arrive", func(ctx context.Context) error {
		switch me, err := p.Me(ctx); {
		case err != nil:
			return err
		case !me.Ready:
			return errors.New("not ready yet")
		}
		return nil
	})
}

// message sends one message and follows it.
func (c Config) message(ctx context.Context, sender, recipient person) error {
	text := []byte("Smoke test of " + time.Now().UTC().Format(time.RFC3339) + " " + rand.Text())
	accepted := time.Now()
	id, err := sender.Send(ctx, client.Message{
		To: recipient.name, ContentType: "text/plain; charset=utf-8",
		Body: bytes.NewReader(text), Size: int64(len(text)), IdempotencyKey: rand.Text(),
	})
	if err != nil {
		return fmt.Errorf("sending: %w", err)
	}
	c.Say("sent %s", id)
	if err := c.arrives(ctx, recipient, id); err != nil {
		return err
	}
	c.Say("MessageStored came by the bus into the inbox, %v after sending", time.Since(accepted).Round(100*time.Millisecond))
	opened, err := open(ctx, recipient, id)
	if err != nil {
		return fmt.Errorf("opening: %w", err)
	}
	if !bytes.Equal(opened, text) {
		return errors.New("what was opened is not what was sent")
	}
	if _, err := open(ctx, sender, id); !client.HasStatus(err, http.StatusNotFound) {
		return fmt.Errorf("the sender, who is not the recipient, asked for the message and got %w", orNoError(err))
	}
	c.Say("it opens for the recipient and for nobody else")
	return c.read(ctx, recipient, id)
}

// arrives waits for the message in the inbox and in the unread list, which two
// consumers maintain.
func (c Config) arrives(ctx context.Context, p person, id string) error {
	return c.eventually(ctx, "MessageStored of "+id+" did not arrive", func(ctx context.Context) error {
		m, err := find(ctx, p, id)
		if err != nil {
			return err
		}
		if m.Read {
			return errors.New("it is read already")
		}
		count, err := p.Unread(ctx)
		if err == nil && count.Unread == 0 {
			err = errors.New("nothing is counted as unread")
		}
		return err
	})
}

func (c Config) read(ctx context.Context, p person, id string) error {
	before, err := p.Unread(ctx)
	if err != nil {
		return fmt.Errorf("counting: %w", err)
	}
	if err := p.MarkRead(ctx, id); err != nil {
		return fmt.Errorf("marking as read: %w", err)
	}
	err = c.eventually(ctx, "MessageRead of "+id+" did not arrive", func(ctx context.Context) error {
		m, err := find(ctx, p, id)
		if err != nil {
			return err
		}
		after, err := p.Unread(ctx)
		switch {
		case err != nil:
			return err
		case !m.Read:
			return errors.New("it is not read yet")
		case !before.More && after.Unread >= before.Unread:
			return fmt.Errorf("still %d unread", after.Unread)
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.Say("MessageRead came by the bus: it is read, and counted so")
	return nil
}

// find looks for a message among the newest hundred.
func find(ctx context.Context, p person, id string) (client.InboxMessage, error) {
	list, err := p.Inbox(ctx, false, client.Page{Limit: 100})
	if err != nil {
		return client.InboxMessage{}, err
	}
	for _, m := range list.Messages {
		if m.ID == id {
			return m, nil
		}
	}
	return client.InboxMessage{}, errors.New("it is not in the inbox")
}

func open(ctx context.Context, p person, id string) (body []byte, err error) {
	err = p.Open(ctx, id, func(o client.Opened) error {
		body, err = io.ReadAll(o.Body)
		return err
	})
	return body, err
}

func orNoError(err error) error {
	if err == nil {
		return errors.New("the message")
	}
	return err
}

// interval is the pause between two checks.
const interval = 500 * time.Millisecond

// eventually retries until success, and otherwise returns the last error.
func (c Config) eventually(ctx context.Context, failure string, try func(context.Context) error) error {
	waiting, cancel := context.WithTimeout(ctx, c.Patience)
	defer cancel()
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	var last error
	for {
		err := try(waiting)
		if err == nil {
			return nil
		}
		if waiting.Err() == nil || last == nil { // ignore errors caused by the end of waiting
			last = err
		}
		select {
		case <-ticker.C:
		case <-waiting.Done():
			if err := ctx.Err(); err != nil {
				return err
			}
			return fmt.Errorf("%s in %v; last: %w", failure, c.Patience, last)
		}
	}
}
