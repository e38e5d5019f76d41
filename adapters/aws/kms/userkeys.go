package kms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	smithytime "github.com/aws/smithy-go/time"

	"github.com/sealpost/sealpost/ports"
)

// UserKeys creates a key per user (key strategy "per-user"). The alias is the lock, because KMS assigns it to
// one key only. A call that loses the race deletes its own key.
type UserKeys struct {
	client  *sdk.Client
	aliases Aliases
	parties PolicyParties
	backoff retry.BackoffDelayer
}

var _ ports.KeyCreator = (*UserKeys)(nil)

// NewUserKeys returns a creator of keys whose aliases, tags and policies name the prefix and the parties.
func NewUserKeys(cfg aws.Config, prefix string, parties PolicyParties) *UserKeys {
	return &UserKeys{
		client: sdk.NewFromConfig(cfg), aliases: Aliases(prefix), parties: parties,
		backoff: retry.NewExponentialJitterBackoff(maxSettleBackoff),
	}
}

// KMS is eventually consistent: a new key or alias may be NotFound for a while, usually "less than a few
// seconds" (KMS Developer Guide, "Eventual consistency").
const (
	settleAttempts   = 8
	maxSettleBackoff = time.Second
)

// dropAfterDays is how long a key that lost a race stays recoverable. It is the maximum, and the only number
// that the key policy allows its creator.
const dropAfterDays = 30

// dropTimeout limits the cleanup after a failure, which also runs after the end of the caller's context.
const dropTimeout = 5 * time.Second

// CreateKey implements [ports.KeyCreator].
func (k *UserKeys) CreateKey(ctx context.Context, userID string) (string, error) {
	policy, err := k.aliases.UserKeyPolicy(userID, k.parties)
	if err != nil {
		return "", err
	}
	alias := k.aliases.User(userID)
	if _, err := k.describe(ctx, alias); !errors.Is(err, ports.ErrNotFound) {
		return alias, err
	}
	mine, err := k.create(ctx, userID, policy)
	if err != nil {
		return "", err
	}
	return alias, k.claim(ctx, alias, mine)
}

type fresh struct{ id, arn string }

func (k *UserKeys) describe(ctx context.Context, id string) (string, error) {
	out, err := k.client.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: aws.String(id)})
	if err != nil {
		return "", fmt.Errorf("describing key %s: %w", id, notFound(err))
	}
	return aws.ToString(out.KeyMetadata.Arn), nil
}

// create creates a key without an alias, which no caller can use yet.
func (k *UserKeys) create(ctx context.Context, userID, policy string) (fresh, error) {
	out, err := k.client.CreateKey(ctx, &sdk.CreateKeyInput{
		Description: aws.String("Sealpost user key"),
		KeySpec:     types.KeySpecSymmetricDefault,
		KeyUsage:    types.KeyUsageTypeEncryptDecrypt,
		Policy:      aws.String(policy),
		// KMS refuses a policy that would not let the caller change it later. This policy allows that to the
		// key admins' role and, on purpose, not to the function that creates keys, so the check is bypassed
		// (KMS API reference, CreateKey).
		BypassPolicyLockoutSafetyCheck: true,
		Tags: []types.Tag{
			{TagKey: aws.String(prefixTag), TagValue: aws.String(string(k.aliases))},
			{TagKey: aws.String(userTag), TagValue: aws.String(userID)},
		},
	})
	if err != nil {
		return fresh{}, fmt.Errorf("creating a key: %w", err)
	}
	mine := fresh{aws.ToString(out.KeyMetadata.KeyId), aws.ToString(out.KeyMetadata.Arn)}
	err = k.settled(ctx, func() error {
		_, err := k.client.EnableKeyRotation(ctx, &sdk.EnableKeyRotationInput{KeyId: aws.String(mine.id)})
		return notFound(err)
	})
	if err != nil {
		return fresh{}, errors.Join(fmt.Errorf("enabling rotation of key %s: %w", mine.id, err), k.drop(ctx, mine))
	}
	return mine, nil
}

// claim assigns the user's alias to the key, unless another key has it. A key is dropped only if the alias is
// known to belong to another key. If the answer to CreateAlias was lost, the alias may refer to this key, and
// deleting a user's key destroys their messages. An unused key is the lesser harm.
func (k *UserKeys) claim(ctx context.Context, alias string, mine fresh) error {
	err := k.settled(ctx, func() error {
		_, err := k.client.CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: aws.String(alias), TargetKeyId: aws.String(mine.id)})
		return notFound(err)
	})
	var taken *types.AlreadyExistsException
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &taken):
		return fmt.Errorf("naming key %s: %w", mine.id, err)
	}
	var winner string
	err = k.settled(ctx, func() (err error) {
		winner, err = k.describe(ctx, alias)
		return err
	})
	if err != nil || winner == mine.arn { // an earlier attempt of ours, whose answer was lost
		return err
	}
	return k.drop(ctx, mine)
}

// drop schedules the deletion of a key that no caller can have used.
func (k *UserKeys) drop(ctx context.Context, key fresh) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropTimeout)
	defer cancel()
	return k.settled(ctx, func() error {
		_, err := k.client.ScheduleKeyDeletion(ctx, &sdk.ScheduleKeyDeletionInput{
			KeyId: aws.String(key.id), PendingWindowInDays: aws.Int32(dropAfterDays),
		})
		var invalid *types.KMSInvalidStateException
		if errors.As(err, &invalid) { // scheduled by an attempt whose answer was lost
			return nil
		}
		return notFound(err)
	})
}

// settled retries while KMS does not know the key yet.
func (k *UserKeys) settled(ctx context.Context, do func() error) error {
	for attempt := 1; ; attempt++ {
		err := do()
		if !errors.Is(err, ports.ErrNotFound) || attempt == settleAttempts {
			return err
		}
		d, delayErr := k.backoff.BackoffDelay(attempt, err)
		if delayErr != nil {
			return errors.Join(err, delayErr)
		}
		if waitErr := smithytime.SleepWithContext(ctx, d); waitErr != nil {
			return errors.Join(err, waitErr)
		}
	}
}

// SharedKey is the key strategy "shared", by the deployment's prefix: one key, created by Terraform, seals
// every new user's messages. Its policy separates users by the encryption context.
type SharedKey string

var _ ports.KeyCreator = SharedKey("")

// CreateKey implements [ports.KeyCreator].
func (s SharedKey) CreateKey(_ context.Context, userID string) (string, error) {
	aliases := Aliases(s)
	return aliases.Of(userID, aliases.Shared())
}

func notFound(err error) error {
	var missing *types.NotFoundException
	if errors.As(err, &missing) {
		return fmt.Errorf("%w: %w", ports.ErrNotFound, err)
	}
	return err
}
