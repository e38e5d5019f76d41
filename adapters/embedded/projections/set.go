package projections

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// Set has all projections: the live generation of each and, during a rebuild, a candidate.
type Set struct {
	db *sqlite.DB
	// switching is shared by all generations, because a switch may cover several projections.
	switching *sync.RWMutex
	// changing serializes changes of the set of generations.
	changing sync.Mutex

	byName map[string]*generations
}

// OpenSet opens the live generation and the candidate of every projection. In a new database generation 1 of
// each is live. The signer signs the cursors of lists.
func OpenSet(ctx context.Context, db *sqlite.DB, signer cursor.Signer) (*Set, error) {
	if err := migrateRecord(ctx, db); err != nil {
		return nil, err
	}
	s := &Set{db: db, switching: new(sync.RWMutex), byName: map[string]*generations{}}
	candidates, err := s.Candidates(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range tables() {
		g := newGenerations(db, signer, s.switching, t)
		live, err := recordedLive(ctx, db, t.Name)
		if err != nil {
			return nil, err
		}
		if err := g.add(ctx, live); err != nil {
			return nil, err
		}
		g.setLive(live)
		if c, ok := candidates[t.Name]; ok {
			if err := g.add(ctx, c.Generation); err != nil {
				return nil, err
			}
		}
		s.byName[t.Name] = g
	}
	return s, nil
}

// Users returns the reader of the users projection.
func (s *Set) Users() Users { return Users{s.byName[projection.Users.Name]} }

// Inbox returns the reader of the inbox projection.
func (s *Set) Inbox() Inbox { return Inbox{s.byName[projection.Inbox.Name]} }

// Unread returns the reader of the unread projection.
func (s *Set) Unread() Unread { return Unread{s.byName[projection.Unread.Name]} }

// Store returns the projection that live events are written to.
func (s *Set) Store(name string) (ports.Projection, error) {
	if err := CheckNames([]string{name}); err != nil {
		return nil, err
	}
	return s.byName[name], nil
}

// CheckNames returns ErrRebuildRequest for an unknown projection.
func CheckNames(names []string) error {
	for _, name := range names {
		if _, ok := projection.ByName(name); !ok {
			return fmt.Errorf("%w: no such projection: %q; there are %s", ports.ErrRebuildRequest, name, strings.Join(projection.Names(), ", "))
		}
	}
	return nil
}

// Live returns the numbers of the live generations, by projection.
func (s *Set) Live() map[string]int {
	live := map[string]int{}
	for name, g := range s.byName {
		live[name] = g.liveNumber()
	}
	return live
}
