package kms

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"
)

// Tags of every key of a deployment; the shared key has no userTag.
const (
	prefixTag = "sealpost:prefix"
	userTag   = "sealpost:userId"
)

// tagLookups is how many keys are read at once. KMS allows thousands of these calls per second.
const tagLookups = 16

// Inventory lists all keys of a deployment, including those that have no alias because CreateAlias failed. It
// needs the permissions of the key admins' role.
type Inventory struct {
	client  *sdk.Client
	aliases Aliases
}

// NewInventory returns the inventory of the deployment with this prefix.
func NewInventory(cfg aws.Config, prefix string) *Inventory {
	return &Inventory{sdk.NewFromConfig(cfg), Aliases(prefix)}
}

// Key is a key of a deployment.
type Key struct {
	ID string `json:"id"`
	// UserID is the owner, empty for the shared key.
	UserID string `json:"userId,omitempty"`
	// Alias is empty for a key that no message uses.
	Alias string `json:"alias,omitempty"`
	// State is KMS's key state, such as Enabled or PendingDeletion.
	State     string    `json:"state"`
	CreatedAt time.Time `json:"createdAt"`
	// DeletedAt is when a key in state PendingDeletion will be deleted.
	DeletedAt *time.Time `json:"deletedAt,omitempty"`
}

// PendingDeletion is the state of a key whose deletion is scheduled.
const PendingDeletion = string(types.KeyStatePendingDeletion)

// Going reports whether the deletion of the key is scheduled.
func (k Key) Going() bool { return k.State == PendingDeletion }

// List returns the deployment's keys, ordered by user and time; only those of userID unless it is empty. It
// reads every key of the account's region.
func (i *Inventory) List(ctx context.Context, userID string) ([]Key, error) {
	names, err := i.names(ctx)
	if err != nil {
		return nil, err
	}
	found := make(chan Key)
	looking, ctx := errgroup.WithContext(ctx)
	looking.SetLimit(tagLookups)
	var walk error
	go func() {
		walk = i.each(ctx, func(id string) {
			looking.Go(func() error { return i.look(ctx, id, names[id], userID, found) })
		})
		walk = errors.Join(walk, looking.Wait())
		close(found)
	}()
	var keys []Key
	for k := range found {
		keys = append(keys, k)
	}
	if walk != nil {
		return nil, walk
	}
	slices.SortFunc(keys, func(a, b Key) int {
		return cmp.Or(cmp.Compare(a.UserID, b.UserID), a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return keys, nil
}

func (i *Inventory) names(ctx context.Context) (map[string]string, error) {
	names := map[string]string{}
	for pages := sdk.NewListAliasesPaginator(i.client, &sdk.ListAliasesInput{}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing aliases: %w", err)
		}
		for _, a := range page.Aliases {
			name := aws.ToString(a.AliasName)
			if strings.HasPrefix(name, i.aliases.User("")) || name == i.aliases.Shared() {
				names[aws.ToString(a.TargetKeyId)] = name
			}
		}
	}
	return names, nil
}

func (i *Inventory) each(ctx context.Context, do func(id string)) error {
	for pages := sdk.NewListKeysPaginator(i.client, &sdk.ListKeysInput{}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("listing keys: %w", err)
		}
		for _, k := range page.Keys {
			do(aws.ToString(k.KeyId))
		}
	}
	return nil
}

// look reports a key if it belongs to the deployment, and to userID unless that is empty.
func (i *Inventory) look(ctx context.Context, id, alias, userID string, found chan<- Key) error {
	tags, err := i.tags(ctx, id)
	if err != nil {
		return fmt.Errorf("reading the tags of key %s: %w", id, err)
	}
	if tags[prefixTag] != string(i.aliases) || userID != "" && tags[userTag] != userID {
		return nil
	}
	out, err := i.client.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: aws.String(id)})
	if err != nil {
		return fmt.Errorf("describing key %s: %w", id, err)
	}
	m := out.KeyMetadata
	key := Key{
		ID: id, UserID: tags[userTag], Alias: alias, State: string(m.KeyState),
		CreatedAt: aws.ToTime(m.CreationDate).UTC(), DeletedAt: m.DeletionDate,
	}
	select {
	case found <- key:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tags returns a key's tags. It returns none for a key that its owner hides from the account; the keys of a
// deployment are never hidden.
func (i *Inventory) tags(ctx context.Context, id string) (map[string]string, error) {
	out, err := i.client.ListResourceTags(ctx, &sdk.ListResourceTagsInput{KeyId: aws.String(id)})
	var refused smithy.APIError
	if errors.As(err, &refused) && slices.Contains([]string{"AccessDeniedException", "NotFoundException"}, refused.ErrorCode()) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	tags := make(map[string]string, len(out.Tags))
	for _, t := range out.Tags {
		tags[aws.ToString(t.TagKey)] = aws.ToString(t.TagValue)
	}
	return tags, nil
}

// Shred schedules the deletion of a key in 7 to 30 days, and returns its time, or the zero time if another
// call scheduled it. The key opens nothing from now on; until the deletion it can be cancelled. A scheduled
// deletion is left unchanged.
func (i *Inventory) Shred(ctx context.Context, key Key, days int32) (time.Time, error) {
	if key.Going() {
		return aws.ToTime(key.DeletedAt), nil
	}
	out, err := i.client.ScheduleKeyDeletion(ctx, &sdk.ScheduleKeyDeletionInput{
		KeyId: aws.String(key.ID), PendingWindowInDays: aws.Int32(days),
	})
	var invalid *types.KMSInvalidStateException
	if errors.As(err, &invalid) { // scheduled meanwhile, for example by an attempt whose answer was lost
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("scheduling the deletion of key %s: %w", key.ID, err)
	}
	return aws.ToTime(out.DeletionDate), nil
}
