package kms_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"

	opener "github.com/sealpost/sealpost/adapters/aws/cognitoidentity"
	"github.com/sealpost/sealpost/adapters/aws/kms"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

const account = "123456789012"

var parties = kms.PolicyParties{
	IdentityPoolID:  "us-east-1:00000000-0000-4000-8000-000000000000",
	OpenerRoleARN:   "arn:aws:iam::123456789012:role/opener",
	SenderRoleARN:   "arn:aws:iam::123456789012:role/sender",
	KeyMakerRoleARN: "arn:aws:iam::123456789012:role/key-maker",
	AdminRoleARN:    "arn:aws:iam::123456789012:role/admin",
}

// adapter is the key service over moto, which unlike ministack refuses a wrapped
// key that was tampered with. Sessions that its identity pool gives belong to its
// default account, so the keys must too.
func adapter(t *testing.T) portstest.KeysAdapter {
	t.Helper()
	cfg, prefix := emulator.Moto(t).ConfigFor(account, "test"), awstest.Name("prefix")
	pool, err := cognitoidentity.NewFromConfig(cfg).CreateIdentityPool(t.Context(), &cognitoidentity.CreateIdentityPoolInput{
		IdentityPoolName: aws.String(awstest.Name("pool")), AllowUnauthenticatedIdentities: false,
	})
	if err != nil {
		t.Fatal(err)
	}
	open, err := opener.New(cfg, prefix, aws.ToString(pool.IdentityPoolId), "us-east-1_test", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return portstest.KeysAdapter{
		KeyCreator: kms.NewUserKeys(cfg, prefix, parties), DataKeyGenerator: kms.NewDataKeys(cfg, prefix), DataKeyOpener: open,
		SignIn: func(_ context.Context, userID string) (ports.Caller, error) {
			return ports.Caller{UserID: userID, Username: userID, IDToken: "token of " + userID}, nil
		},
	}
}

func TestUserKeys(t *testing.T) {
	t.Parallel()
	portstest.Keys(t, adapter)
}

// TestAUsersKeyIsAsTheDesignSays looks at the key itself.
func TestAUsersKeyIsAsTheDesignSays(t *testing.T) {
	t.Parallel()
	cfg := emulator.Moto(t).Config(t)
	client := sdk.NewFromConfig(cfg)
	prefix := awstest.Name("prefix")
	keyID, err := kms.NewUserKeys(cfg, prefix, parties).CreateKey(t.Context(), "user-1")
	if err != nil {
		t.Fatal(err)
	}
	if keyID != "alias/"+prefix+"/user/user-1" {
		t.Errorf("the key is called %s", keyID)
	}
	byAlias, err := client.DescribeKey(t.Context(), &sdk.DescribeKeyInput{KeyId: aws.String(keyID)})
	if err != nil {
		t.Fatal(err)
	}
	keyID = aws.ToString(byAlias.KeyMetadata.Arn)
	rotation, err := client.GetKeyRotationStatus(t.Context(), &sdk.GetKeyRotationStatusInput{KeyId: aws.String(keyID)})
	if err != nil || !rotation.KeyRotationEnabled {
		t.Errorf("rotation %+v, error %v; want it enabled", rotation, err)
	}
	tags, err := client.ListResourceTags(t.Context(), &sdk.ListResourceTagsInput{KeyId: aws.String(keyID)})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, tag := range tags.Tags {
		got[aws.ToString(tag.TagKey)] = aws.ToString(tag.TagValue)
	}
	if got["sealpost:prefix"] != prefix || got["sealpost:userId"] != "user-1" {
		t.Errorf("tags %v", got)
	}
	want, err := kms.Aliases(prefix).UserKeyPolicy("user-1", parties)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := client.GetKeyPolicy(t.Context(), &sdk.GetKeyPolicyInput{KeyId: aws.String(keyID), PolicyName: aws.String("default")})
	if err != nil || aws.ToString(policy.Policy) != want {
		t.Errorf("policy %v, error %v; want %s", policy, err, want)
	}
}

// TestTheLosersOfARaceDropTheirKeys: one key stays.
func TestTheLosersOfARaceDropTheirKeys(t *testing.T) {
	t.Parallel()
	cfg := emulator.Moto(t).Config(t)
	keys := kms.NewUserKeys(cfg, "race", parties)
	done := make(chan error)
	const racers = 6
	for range racers {
		go func() {
			_, err := keys.CreateKey(t.Context(), "user-1")
			done <- err
		}()
	}
	for range racers {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := alive(t, cfg); n != 1 {
		t.Errorf("%d keys are left, want 1", n)
	}
}

// alive counts the account's keys that are not scheduled for deletion.
func alive(t *testing.T, cfg aws.Config) int {
	t.Helper()
	client := sdk.NewFromConfig(cfg)
	all, err := client.ListKeys(t.Context(), &sdk.ListKeysInput{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, k := range all.Keys {
		key, err := client.DescribeKey(t.Context(), &sdk.DescribeKeyInput{KeyId: k.KeyId})
		if err != nil {
			t.Fatal(err)
		}
		if key.KeyMetadata.Enabled {
			n++
		}
	}
	return n
}

// TestTheSharedKey: who has it seals and opens under it, together with users who have
// a key of their own, whichever strategy came first.
func TestTheSharedKey(t *testing.T) {
	t.Parallel()
	cfg, prefix := emulator.Moto(t).ConfigFor(account, "test"), awstest.Name("prefix")
	client := sdk.NewFromConfig(cfg)
	made, err := client.CreateKey(t.Context(), &sdk.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	alias := "alias/" + prefix + "/shared"
	if _, err := client.CreateAlias(t.Context(), &sdk.CreateAliasInput{AliasName: &alias, TargetKeyId: made.KeyMetadata.KeyId}); err != nil {
		t.Fatal(err)
	}
	perUser, shared := kms.NewUserKeys(cfg, prefix, parties), kms.SharedKey(prefix)
	if _, err := shared.CreateKey(t.Context(), "a/b"); !errors.Is(err, kms.ErrUserID) {
		t.Errorf("error %v, want ErrUserID", err)
	}
	for user, creator := range map[string]ports.KeyCreator{"before": perUser, "during": shared} {
		keyID, err := creator.CreateKey(t.Context(), user)
		if err != nil {
			t.Fatal(err)
		}
		ec := ports.EncryptionContext{"messageId": "m", "senderId": "s", "recipientId": user}
		key, err := kms.NewDataKeys(cfg, prefix).GenerateDataKey(t.Context(), ports.User{ID: user, KeyID: keyID}, ec)
		if err != nil || key.KeyID != keyID || (keyID == alias) != (user == "during") {
			t.Errorf("%s has %s and is sealed for under %s: %v", user, keyID, key.KeyID, err)
		}
	}
}

// TestAKeyThatIsRefused: the producer tells a fresh key from a broken deployment.
func TestAKeyThatIsRefused(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]error{"AccessDeniedException": ports.ErrForbidden, "NotFoundException": ports.ErrNotFound} {
		tr := faults.New(nil).On("GenerateDataKey", faults.Error(http.StatusBadRequest, code))
		_, err := kms.NewDataKeys(faults.Config(tr), "p").GenerateDataKey(t.Context(), ports.User{ID: "u"}, nil)
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", code, err, want)
		}
	}
}
