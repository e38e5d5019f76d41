package kms

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/sealpost/sealpost/ports"
)

// DataKeys implements [ports.DataKeyGenerator].
type DataKeys struct{ client *sdk.Client }

var _ ports.DataKeyGenerator = (*DataKeys)(nil)

// NewDataKeys makes the generator.
func NewDataKeys(cfg aws.Config) *DataKeys { return &DataKeys{sdk.NewFromConfig(cfg)} }

// GenerateDataKey implements [ports.DataKeyGenerator].
func (d *DataKeys) GenerateDataKey(ctx context.Context, keyID string, ec ports.EncryptionContext) (ports.DataKey, error) {
	out, err := d.client.GenerateDataKey(ctx, &sdk.GenerateDataKeyInput{
		KeyId: aws.String(keyID), KeySpec: types.DataKeySpecAes256, EncryptionContext: ec,
	})
	if err != nil {
		return ports.DataKey{}, fmt.Errorf("generating a data key under %s: %w", keyID, notFound(err))
	}
	return ports.DataKey{Plaintext: out.Plaintext, Wrapped: out.CiphertextBlob}, nil
}
