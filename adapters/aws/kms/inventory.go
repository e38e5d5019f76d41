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

// The tags of every key of a deployment; the shared key has no userTag.
const (
	prefixTag = "sealpost:prefix"
	userTag   = "sealpost:userId"
)

// tagLookups is how many keys are looked at at once. KMS takes thousands of these
// calls a second.
const tagLookups = 16

// Inventory knows all keys of a deployment, also those that have no alias because the
// call that was to give it failed. It needs the rights of the key admins' role.
type Inventory struct {
	client  *sdk.Client
	aliases Aliases
}

// NewInventory makes the inventory of the deployment with this prefix.
func NewInventory(cfg aws.Config, prefix string) *Inventory {
	return &Inventory{sdk.NewFromConfig(cfg), Aliases(prefix)}
}

// Key is a key of a deployment.
type Key struct {
	ID string `json:"id"`
	// UserID is the owner, empty for the shared key.
	UserID string `json:"userId,omitempty"`
	// Alias is empty for a key that is used by no message.
	Alias string `json:"alias,omitempty"`
	// State is KMS's, such as Enabled or PendingDeletion.
	State     string    `json:"state"`
	CreatedAt time.Time `json:"createdAt"`
	// DeletedAt is when a key in state PendingDeletion will be gone.
	DeletedAt *time.Time `json:"deletedAt,omitempty"`
}

// PendingDeletion is the state of a key whose deletion is scheduled.
const PendingDeletion = string(types.KeyStatePendingDeletion)

// Going reports whether the key's deletion is scheduled.
func (k Key) Going() bool { return k.State == PendingDeletion }

// List returns the deployment's keys, ordered by user and time; those of one user, unless
// userID is empty. It looks at every key of the account's region.
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

// names are the deployment's aliases by key id.
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

// look reports a key if it is the deployment's, and the user's if one is named.
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

// tags are a key's, none of a key that others keep to themselves: every key of a
// deployment shows them to its account.
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

// Shred schedules the deletion of a key in 7 to 30 days, and returns when that will be,
// the zero time if another call scheduled it. From now on the key opens nothing; until then the deletion can be cancelled. A key
// whose deletion is scheduled already stays as it is.
func (i *Inventory) Shred(ctx context.Context, key Key, days int32) (time.Time, error) {
	if key.Going() {
		return aws.ToTime(key.DeletedAt), nil
	}
	out, err := i.client.ScheduleKeyDeletion(ctx, &sdk.ScheduleKeyDeletionInput{
		KeyId: aws.String(key.ID), PendingWindowInDays: aws.Int32(days),
	})
	var invalid *types.KMSInvalidStateException
	if errors.As(err, &invalid) { // scheduled meanwhile, such as by an attempt whose answer was lost
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("scheduling the deletion of key %s: %w", key.ID, err)
	}
	return aws.ToTime(out.DeletionDate), nil
}
