// Package claims accepts messages on AWS: ciphertext in S3, then the event on the bus.
package claims

import (
	"context"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/internal/claimcheck"
	"github.com/sealpost/sealpost/ports"
)

// Claims implements ports.Claimer. S3 and EventBridge have no common transaction, so the ciphertext is stored
// first, with metadata that describes its event. If the function ends between the two, a retry or the
// reconciler publishes the event from the object.
type Claims struct {
	blobs ports.BlobCreator
	bus   ports.Bus
}

var _ ports.Claimer = Claims{}

// New returns claims over a store and a bus.
func New(blobs ports.BlobCreator, bus ports.Bus) Claims { return Claims{blobs, bus} }

// Claim implements ports.Claimer.
func (c Claims) Claim(ctx context.Context, claim ports.Claim) (ports.Claim, error) {
	if err := claim.Event.Validate(); err != nil {
		return ports.Claim{}, err
	}
	key, blob, err := claimcheck.Blob(claim)
	if err != nil {
		return ports.Claim{}, err
	}
	held := ports.Claim{Event: claim.Event, Fingerprint: claim.Fingerprint}
	err = c.blobs.CreateBlob(ctx, key, blob)
	if errors.Is(err, ports.ErrExists) {
		held, err = c.held(ctx, key)
	}
	if err != nil {
		return ports.Claim{}, fmt.Errorf("storing ciphertext: %w", err)
	}
	// An earlier claim is published again, because its publishing may have failed. A duplicate changes
	// nothing.
	if err := c.bus.Publish(ctx, held.Event); err != nil {
		return ports.Claim{}, fmt.Errorf("publishing %s: %w", held.Event.Type(), err)
	}
	return held, nil
}

func (c Claims) held(ctx context.Context, key string) (ports.Claim, error) {
	info, err := c.blobs.DescribeBlob(ctx, key)
	if err != nil {
		return ports.Claim{}, err
	}
	return claimcheck.Held(info)
}
