package userpool

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// Pool is the user pool. It is safe for concurrent use, but by one process only, because gate is in memory.
type Pool struct {
	db     *sqlite.DB
	mailer mail.Sender
	region string

	preSignUp          PreSignUp
	postConfirmation   PostConfirmation
	postAuthentication PostAuthentication

	now func() time.Time
	log *slog.Logger

	settings settings
	issuer   string
	key      *signingKey
	verifier *Verifier
	hasher   *hasher
	gate     *gate
}

var _ ports.Identities = (*Pool)(nil)

// New opens the pool in the database. The first start creates the pool's id, the client's id and the key that
// signs tokens.
func New(ctx context.Context, c Config) (*Pool, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := c.DB.Migrate(ctx, "userpool", schema...); err != nil {
		return nil, fmt.Errorf("preparing the user pool: %w", err)
	}
	s, err := loadSettings(ctx, c.DB, c.Region)
	if err != nil {
		return nil, fmt.Errorf("preparing the user pool: %w", err)
	}
	key, err := loadSigningKey(ctx, c.DB, c.Sealer, s.poolID)
	if err != nil {
		return nil, fmt.Errorf("preparing the user pool: %w", err)
	}
	params := owasp
	if c.hashing != (argon2id.Params{}) {
		params = c.hashing
	}
	hasher, err := newHasher(params, c.Sealer)
	if err != nil {
		return nil, fmt.Errorf("preparing the user pool: %w", err)
	}
	p := &Pool{
		db: c.DB, mailer: c.Mailer, region: c.Region, now: c.Now, log: c.Logger,
		preSignUp: c.PreSignUp, postConfirmation: c.PostConfirmation, postAuthentication: c.PostAuthentication,
		settings: s, issuer: strings.TrimRight(c.Issuer, "/") + "/" + s.poolID,
		key: key, hasher: hasher, gate: newGate(),
	}
	good, err := newVerified(p.sessionIsLive)
	if err != nil {
		return nil, fmt.Errorf("preparing the user pool: %w", err)
	}
	p.verifier = &Verifier{issuer: p.issuer, clientID: s.clientID, keyID: key.id, key: &key.private.PublicKey, verified: good}
	return p, nil
}

// PoolID returns the user pool's id: the region, an underscore and nine letters and digits.
func (p *Pool) PoolID() string { return p.settings.poolID }

// ClientID returns the id of the pool's only app client. It is not secret.
func (p *Pool) ClientID() string { return p.settings.clientID }

// Issuer returns the iss claim of the pool's tokens.
func (p *Pool) Issuer() string { return p.issuer }

// Verifier returns the verifier of the pool's ID tokens.
func (p *Pool) Verifier() *Verifier { return p.verifier }
