package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/eventstream"
	"github.com/sealpost/sealpost/adapters/embedded/keyring"
	"github.com/sealpost/sealpost/adapters/embedded/mail"
	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/adapters/embedded/topics"
	"github.com/sealpost/sealpost/adapters/embedded/userpool"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/producers/signup"
	"github.com/sealpost/sealpost/producers/verifyuser"
)

// region stands for the AWS region.
const region = "local"

// home is the open state of the embedded backend.
type home struct {
	config Config
	log    *slog.Logger
	url    string

	lock      *flock.Flock
	db        *sqlite.DB
	keys      *keyring.Keyring
	blobs     *blobs.Store
	events    *eventlog.Log
	followers *eventstream.Handler
	users     projections.Users
	inbox     projections.Inbox
	unread    projections.Unread
	// projections has the three above.
	projections *projections.Set
	mailbox     *mail.Mailbox // nil if mail is really sent
	mailToken   string        // part of the mailbox's URL; empty if HTTP does not show it
	pool        *userpool.Pool
	topics      *topics.Topics
}

// open opens the state for a server with this URL. On an error it closes everything
// that it opened.
func open(ctx context.Context, c Config, log *slog.Logger, url string) (*home, error) {
	h := &home{config: c, log: log, url: url}
	for _, step := range []func(context.Context) error{
		h.openFolder, h.openDatabase, h.openKeys, h.openStores, h.openProjections, h.openPeople,
	} {
		if err := step(ctx); err != nil {
			if errors.Is(err, sqlite.ErrNewer) {
				err = fmt.Errorf("%s: %w; start it with that version, or restore a backup from before the upgrade", filepath.Join(c.Data, DatabaseFile), err)
			}
			return nil, errors.Join(err, h.close())
		}
	}
	return h, nil
}

// close closes the data. The home may be half open.
func (h *home) close() error {
	var errs []error
	if h.db != nil {
		errs = append(errs, h.db.Close())
	}
	if h.lock != nil {
		errs = append(errs, h.lock.Unlock())
	}
	return errors.Join(errs...)
}

func (h *home) openStores(ctx context.Context) (err error) {
	if !h.has(CiphertextFolder) {
		if err := h.nothingLost(ctx); err != nil {
			return err
		}
	}
	if h.blobs, err = blobs.Open(ctx, h.db, filepath.Join(h.config.Data, CiphertextFolder), h.config.Now); err != nil {
		return err
	}
	if err := h.openLog(ctx); err != nil {
		return err
	}
	registry, err := eventstream.NewRegistry(ctx, h.db, h.config.Now)
	if err != nil {
		return err
	}
	h.followers = eventstream.NewHandler(eventstream.Config{Log: h.events, Registry: registry, Logger: h.log})
	return nil
}

func (h *home) openLog(ctx context.Context) (err error) {
	h.events, err = eventlog.Open(ctx, h.db, h.config.Now, h.log)
	return err
}

func (h *home) openProjections(ctx context.Context) error {
	secret, err := h.cursorKey(ctx)
	if err != nil {
		return err
	}
	h.projections, err = projections.OpenSet(ctx, h.db, cursor.New(secret))
	if err != nil {
		return err
	}
	h.users, h.inbox, h.unread = h.projections.Users(), h.projections.Inbox(), h.projections.Unread()
	return nil
}

// cursorKey returns the secret that signs paging cursors. It is created once, so that a
// cursor survives a restart. It protects only the order of lists, so it may be in the
// database.
func (h *home) cursorKey(ctx context.Context) ([]byte, error) {
	err := h.db.Migrate(ctx, "serve", `CREATE TABLE cursor_key (id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL) STRICT`)
	if err != nil {
		return nil, err
	}
	var key []byte
	err = h.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`INSERT INTO cursor_key (id, key) VALUES (1, ?) ON CONFLICT DO NOTHING`, []byte(rand.Text())); err != nil {
			return err
		}
		return tx.QueryRow(`SELECT key FROM cursor_key`).Scan(&key)
	})
	if err != nil {
		return nil, fmt.Errorf("preparing the key of paging cursors: %w", err)
	}
	return key, nil
}

func (h *home) openPeople(ctx context.Context) error {
	sender, err := h.sender(ctx)
	if err != nil {
		return err
	}
	verified := verifyuser.New(verifyuser.Deps{Users: h.users, Bus: h.events, Now: h.config.Now, Log: h.log})
	names, err := userpool.NewNames(ctx, h.db)
	if err != nil {
		return err
	}
	allowed := signup.New(signup.Deps{Names: names, Users: h.users, Now: h.config.Now, Log: h.log})
	h.pool, err = userpool.New(ctx, userpool.Config{
		DB: h.db, Sealer: h.keys, Mailer: sender,
		PreSignUp: userpool.PreSignUp(allowed), PostConfirmation: verified.Confirmed, PostAuthentication: verified.SignedIn,
		Issuer: h.url + poolPath, Region: region, Now: h.config.Now, Logger: h.log,
	})
	if err != nil {
		return err
	}
	h.topics, err = topics.New(ctx, topics.Config{
		DB: h.db, Pool: h.pool, Mailer: sender, PageURL: h.url + "/", Now: h.config.Now,
	})
	return err
}

func (h *home) sender(ctx context.Context) (mail.Sender, error) {
	if h.config.SMTP != "" {
		return mail.NewSMTP(mail.SMTPConfig{
			Addr: h.config.SMTP, From: h.config.MailFrom, User: h.config.SMTPUser, Password: h.config.SMTPPassword,
		})
	}
	mailbox, err := mail.NewMailbox(ctx, h.db)
	h.mailbox = mailbox
	return mailbox, err
}
