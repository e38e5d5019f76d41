package session

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Store is a folder of sessions. Save creates it.
type Store struct {
	Dir string
}

const lastFile = "last-server"

// Load returns the session at a server, or [ErrNone].
func (s Store) Load(server string) (Session, error) {
	raw, err := os.ReadFile(s.path(server))
	if errors.Is(err, fs.ErrNotExist) {
		return Session{}, ErrNone
	}
	if err != nil {
		return Session{}, fmt.Errorf("reading the session: %w", err)
	}
	var found Session
	// A damaged file, or that of another server with the same hash, is no session. The
	// next sign-in overwrites it.
	if json.Unmarshal(raw, &found) != nil || found.Server != server {
		return Session{}, ErrNone
	}
	return found, nil
}

// Save stores the session and remembers its server as the last one.
func (s Store) Save(session Session) error {
	if err := s.write(session); err != nil {
		return err
	}
	return s.remember(session.Server)
}

// Update replaces the tokens of a session that still exists, so that it does not undo a
// sign-out of another process.
func (s Store) Update(session Session) error {
	if _, err := s.Load(session.Server); err != nil {
		return err
	}
	return s.write(session)
}

// Remove deletes the session at a server, if there is one. The last server stays
// remembered, so that signing in again needs no URL.
func (s Store) Remove(server string) error {
	err := os.Remove(s.path(server))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the session: %w", err)
	}
	return nil
}

// LastServer returns the server of the session that was saved last, or "".
func (s Store) LastServer() string {
	raw, err := os.ReadFile(filepath.Join(s.Dir, lastFile))
	if err != nil {
		return "" // only a convenience: the user can pass --server
	}
	return strings.TrimSpace(string(raw))
}

func (s Store) remember(server string) error {
	if s.LastServer() == server {
		return nil
	}
	if err := replace(filepath.Join(s.Dir, lastFile), []byte(server+"\n")); err != nil {
		return fmt.Errorf("remembering the server: %w", err)
	}
	return nil
}

func (s Store) write(session Session) error {
	raw, err := json.MarshalIndent(session, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the session: %w", err)
	}
	if err := replace(s.path(session.Server), raw); err != nil {
		return fmt.Errorf("saving the session: %w", err)
	}
	return nil
}

// path uses a hash, because a URL holds characters that file names must not.
func (s Store) path(server string) string {
	sum := sha256.Sum256([]byte(server))
	return filepath.Join(s.Dir, "session-"+hex.EncodeToString(sum[:8])+".json")
}
