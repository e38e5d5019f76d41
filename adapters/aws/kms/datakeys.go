package kms

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/ports"
)

// DataKeys implements [ports.DataKeyGenerator].
type DataKeys struct {
	client  *sdk.Client
	aliases Aliases
}

var _ ports.DataKeyGenerator = (*DataKeys)(nil)

// NewDataKeys returns the generator of the deployment with this prefix.
func NewDataKeys(cfg aws.Config, prefix string) *DataKeys {
	return &DataKeys{sdk.NewFromConfig(cfg), Aliases(prefix)}
}

// GenerateDataKey implements [ports.DataKeyGenerator].
func (d *DataKeys) GenerateDataKey(ctx context.Context, owner ports.User, ec ports.EncryptionContext) (ports.DataKey, error) {
	alias, err := d.aliases.Of(owner.ID, owner.KeyID)
	if err != nil {
		return ports.DataKey{}, fmt.Errorf("generating a data key: %w", err)
	}
	out, err := d.client.GenerateDataKey(ctx, &sdk.GenerateDataKeyInput{
		KeyId: aws.String(alias), KeySpec: types.DataKeySpecAes256, EncryptionContext: ec,
	})
	if err != nil {
		return ports.DataKey{}, fmt.Errorf("generating a data key under %s: %w", alias, refused(err))
	}
	return ports.DataKey{KeyID: alias, Plaintext: out.Plaintext, Wrapped: out.CiphertextBlob}, nil
}

// refused maps a denial by policy to [ports.ErrForbidden], and a missing key to [ports.ErrNotFound]. A new
// alias may take up to five minutes to count in authorization (KMS Developer Guide, "Use aliases to control
// access to KMS keys").
func refused(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() == "AccessDeniedException" {
		return fmt.Errorf("%w: %w", ports.ErrForbidden, err)
	}
	return notFound(err)
}
