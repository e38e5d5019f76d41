package projections

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/cursor"
)

// Set is the projections of a home: of each, the generation that serves and, after
// a rebuild has begun, another one beside it.
//
// Every live event is written to all generations of its projection in one
// transaction, so that they never differ by an event that one has and another has
// yet to get: neither a reader nor a crash can come in between.
type Set struct {
	db *sqlite.DB
	// switching is held for reading by every query, and for writing by a switch: when
	// a switch returns, no query reads the generation before it any more, and it may
	// be dropped.
	switching *sync.RWMutex
	// changing makes those that change which generations there are wait for one
	// another.
	changing sync.Mutex

	users  *shelf[*Users]
	inbox  *shelf[*Inbox]
	unread *shelf[*Unread]
}

// OpenSet opens the live generation of every projection and the one beside it. In a
// new database generation 1 of each is live. The signer signs the cursors of lists.
func OpenSet(ctx context.Context, db *sqlite.DB, signer cursor.Signer) (*Set, error) {
	generations, err := NewGenerations(ctx, db)
	if err != nil {
		return nil, err
	}
	var switching sync.RWMutex
	s := &Set{
		db: db, switching: &switching,
		users: newShelf(db, &switching, UsersName, func(ctx context.Context, n int) (*Users, error) { return NewUsers(ctx, db, n, signer) }),
		inbox: newShelf(db, &switching, InboxName, func(ctx context.Context, n int) (*Inbox, error) { return NewInbox(ctx, db, n, signer) }),
		unread: newShelf(db, &switching, UnreadName, func(ctx context.Context, n int) (*Unread, error) {
			return NewUnread(ctx, db, n)
		}),
	}
	others, err := s.Others(ctx)
	if err != nil {
		return nil, err
	}
	for name, kept := range s.shelves() {
		live, err := generations.Live(ctx, name)
		if err != nil {
			return nil, err
		}
		if err := kept.add(ctx, live); err != nil {
			return nil, err
		}
		kept.setLive(live)
		if other, ok := others[name]; ok {
			if err := kept.add(ctx, other.Generation); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// Names are the projections', in the order in which they are shown.
func Names() []string { return []string{UsersName, InboxName, UnreadName} }

// Users gives the projection to its consumer and its queries.
func (s *Set) Users() SetUsers { return SetUsers{s.users} }

// Inbox gives the projection to its consumer and its queries.
func (s *Set) Inbox() SetInbox { return SetInbox{s.inbox} }

// Unread gives the projection to its consumer and its queries.
func (s *Set) Unread() SetUnread { return SetUnread{s.unread} }

// keeper is a shelf, whatever is on it.
type keeper interface {
	add(ctx context.Context, number int) error
	remove(number int)
	setLive(number int)
	liveNumber() int
}

func (s *Set) shelves() map[string]keeper {
	return map[string]keeper{UsersName: s.users, InboxName: s.inbox, UnreadName: s.unread}
}

// shelf is the open generations of one projection.
type shelf[G any] struct {
	db        *sqlite.DB
	name      string
	open      func(ctx context.Context, number int) (G, error)
	switching *sync.RWMutex
	live      numbered[G] // guarded by switching

	// all take live events, the live one among them. Writes load it inside of their
	// transaction, of which there is one at a time.
	all atomic.Pointer[[]numbered[G]]
}

type numbered[G any] struct {
	number     int
	generation G
}

func newShelf[G any](db *sqlite.DB, switching *sync.RWMutex, name string, open func(context.Context, int) (G, error)) *shelf[G] {
	s := &shelf[G]{db: db, switching: switching, name: name, open: open}
	s.all.Store(&[]numbered[G]{})
	return s
}

// add opens a generation, which takes live events from then on.
func (s *shelf[G]) add(ctx context.Context, number int) error {
	g, err := s.open(ctx, number)
	if err != nil {
		return err
	}
	all := append([]numbered[G]{}, *s.all.Load()...)
	all = append(all, numbered[G]{number, g})
	s.all.Store(&all)
	return nil
}

// remove makes a generation take no more events.
func (s *shelf[G]) remove(number int) {
	var all []numbered[G]
	for _, n := range *s.all.Load() {
		if n.number != number {
			all = append(all, n)
		}
	}
	s.all.Store(&all)
}

// setLive needs switching to be held for writing, or nobody to read yet.
func (s *shelf[G]) setLive(number int) {
	for _, n := range *s.all.Load() {
		if n.number == number {
			s.live = n
		}
	}
}

func (s *shelf[G]) liveNumber() int {
	s.switching.RLock()
	defer s.switching.RUnlock()
	return s.live.number
}

// find returns an open generation.
func (s *shelf[G]) find(number int) (G, error) {
	for _, n := range *s.all.Load() {
		if n.number == number {
			return n.generation, nil
		}
	}
	var none G
	return none, fmt.Errorf("generation %d of projection %s is not open", number, s.name)
}

// write writes to all generations, or to none.
func (s *shelf[G]) write(ctx context.Context, put func(*sqlite.Tx, G) error) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, n := range *s.all.Load() {
			if err := put(tx, n.generation); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("writing projection %s: %w", s.name, err)
	}
	return nil
}

// query runs a query on the live generation.
func query[G, R any](s *shelf[G], run func(G) (R, error)) (R, error) {
	s.switching.RLock()
	defer s.switching.RUnlock()
	return run(s.live.generation)
}
