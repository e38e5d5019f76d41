// Package claims accepts messages in the embedded backend. Ciphertext and event are one transaction and one
// fsync, shared with other messages accepted at the same time.
package claims

import (
	"context"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/internal/claimcheck"
	"github.com/sealpost/sealpost/ports"
)

// Claims implements ports.Claimer.
type Claims struct {
	blobs *blobs.Store
	log   *eventlog.Log
}

var _ ports.Claimer = Claims{}

// New returns claims over a store and a log in the same database.
func New(blobs *blobs.Store, log *eventlog.Log) Claims { return Claims{blobs, log} }

// Claim implements ports.Claimer.
func (c Claims) Claim(ctx context.Context, claim ports.Claim) (ports.Claim, error) {
	key, blob, err := claimcheck.Blob(claim)
	if err != nil {
		return ports.Claim{}, err
	}
	entries, err := c.log.Prepare(claim.Event)
	if err != nil {
		return ports.Claim{}, err
	}
	err = c.blobs.CreateWith(ctx, key, blob, entries.Append)
	if errors.Is(err, ports.ErrExists) {
		return c.held(ctx, key)
	}
	if err != nil {
		return ports.Claim{}, fmt.Errorf("accepting a message: %w", err)
	}
	return ports.Claim{Event: claim.Event, Fingerprint: claim.Fingerprint}, nil
}

// held returns the claim that holds the key. Its event is in the log, because the two are committed together.
func (c Claims) held(ctx context.Context, key string) (ports.Claim, error) {
	info, err := c.blobs.DescribeBlob(ctx, key)
	if err != nil {
		return ports.Claim{}, err
	}
	return claimcheck.Held(info)
}
