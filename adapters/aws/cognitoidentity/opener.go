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

// New makes an opener for the deployment with this prefix. The configuration's own
// credentials are not used.
func New(cfg aws.Config, prefix, identityPoolID, userPoolID string, now func() time.Time) (*Opener, error) {
	s, err := newSessions(cfg, identityPoolID, userPoolID, now)
	if err != nil {
		return nil, err
	}
	return &Opener{sessions: s, kms: kms.NewFromConfig(cfg), aliases: awskms.Aliases(prefix)}, nil
}

// OpenDataKey implements [ports.DataKeyOpener]. That the caller is the recipient and
// the key theirs is checked here for an early answer; the key policy enforces it.
func (o *Opener) OpenDataKey(ctx context.Context, caller ports.Caller, keyID string, wrapped []byte, ec ports.EncryptionContext) ([]byte, error) {
	alias, err := o.aliases.Of(caller.UserID, keyID)
	if err != nil || alias != keyID || ec["recipientId"] != caller.UserID || len(wrapped) == 0 {
		return nil, fmt.Errorf("opening a data key: %w", ports.ErrForbidden)
	}
	key, err := o.open(ctx, caller, alias, wrapped, ec)
	if code(err) == "ExpiredTokenException" {
		// The credentials ended early: their clock is not ours.
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
		// Without it KMS would take any key that the blob names.
		KeyId: aws.String(alias), CiphertextBlob: wrapped, EncryptionContext: ec,
	}, func(options *kms.Options) {
		options.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return creds, nil })
	})
	if err != nil {
		return nil, err
	}
	return out.Plaintext, nil
}

// forbidden makes every way in which KMS says that this caller cannot open this
// wrapped key, now or later, one and the same error.
func forbidden(err error) error {
	switch code(err) {
	case "AccessDeniedException", "InvalidCiphertextException", "IncorrectKeyException", "NotFoundException",
		"DisabledException", "KMSInvalidStateException", // disabled, or scheduled for deletion: the user's messages are shredded
		"ValidationException": // not a ciphertext blob at all
		return fmt.Errorf("%w: %w", ports.ErrForbidden, err)
	}
	return err
}

// code is the service's error code, "" for nil and for what no service said.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
