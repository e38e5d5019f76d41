package cognitoidentity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/smithy-go"

	awskms "github.com/sealpost/sealpost/adapters/aws/kms"
	"github.com/sealpost/sealpost/ports"
)

// Opener implements [ports.DataKeyOpener].
type Opener struct {
	sessions *sessions
	kms      *kms.Client
	aliases  awskms.Aliases
}

var _ ports.DataKeyOpener = (*Opener)(nil)

// New returns an opener for the deployment with this prefix. It does not use cfg's credentials.
func New(cfg aws.Config, prefix, identityPoolID, userPoolID string, now func() time.Time) (*Opener, error) {
	s, err := newSessions(cfg, identityPoolID, userPoolID, now)
	if err != nil {
		return nil, err
	}
	return &Opener{sessions: s, kms: kms.NewFromConfig(cfg), aliases: awskms.Aliases(prefix)}, nil
}

// OpenDataKey implements [ports.DataKeyOpener]. It checks the recipient and the key only for an early answer;
// the key policy enforces both.
func (o *Opener) OpenDataKey(ctx context.Context, caller ports.Caller, keyID string, wrapped []byte, ec ports.EncryptionContext) ([]byte, error) {
	alias, err := o.aliases.Of(caller.UserID, keyID)
	if err != nil || alias != keyID || ec["recipientId"] != caller.UserID || len(wrapped) == 0 {
		return nil, fmt.Errorf("opening a data key: %w", ports.ErrForbidden)
	}
	key, err := o.open(ctx, caller, alias, wrapped, ec)
	if code(err) == "ExpiredTokenException" {
		// The credentials ended early, because AWS's clock differs from ours.
		o.sessions.forget(caller)
		key, err = o.open(ctx, caller, alias, wrapped, ec)
	}
	if err != nil {
		return nil, fmt.Errorf("opening a data key: %w", forbidden(err))
	}
	return key, nil
}

func (o *Opener) open(ctx context.Context, caller ports.Caller, alias string, wrapped []byte, ec ports.EncryptionContext) ([]byte, error) {
	creds, err := o.sessions.of(ctx, caller)
	if err != nil {
		return nil, err
	}
	out, err := o.kms.Decrypt(ctx, &kms.DecryptInput{
		// Without KeyId, KMS would use any key that the blob names.
		KeyId: aws.String(alias), CiphertextBlob: wrapped, EncryptionContext: ec,
	}, func(options *kms.Options) {
		options.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return creds, nil })
	})
	if err != nil {
		return nil, err
	}
	return out.Plaintext, nil
}

// forbidden maps all of KMS's permanent refusals of this caller and wrapped key to the same error.
func forbidden(err error) error {
	switch code(err) {
	case "AccessDeniedException", "InvalidCiphertextException", "IncorrectKeyException", "NotFoundException",
		"DisabledException", "KMSInvalidStateException", // disabled, or scheduled for deletion because the user's messages are shredded
		"ValidationException": // not a ciphertext blob
		return fmt.Errorf("%w: %w", ports.ErrForbidden, err)
	}
	return err
}

// code returns the service's error code, or "" for nil and for errors that no service returned.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
