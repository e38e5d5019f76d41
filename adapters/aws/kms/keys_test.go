package kms_test

import (
	"context"
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
func adapter(t *testing.T, creator func(aws.Config) ports.KeyCreator) portstest.KeysAdapter {
	t.Helper()
	cfg := emulator.Moto(t).ConfigFor(account, "test")
	pool, err := cognitoidentity.NewFromConfig(cfg).CreateIdentityPool(t.Context(), &cognitoidentity.CreateIdentityPoolInput{
		IdentityPoolName: aws.String(awstest.Name("pool")), AllowUnauthenticatedIdentities: false,
	})
	if err != nil {
		t.Fatal(err)
	}
	open, err := opener.New(cfg, aws.ToString(pool.IdentityPoolId), "us-east-1_test", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return portstest.KeysAdapter{
		KeyCreator: creator(cfg), DataKeyGenerator: kms.NewDataKeys(cfg), DataKeyOpener: open,
		SignIn: func(_ context.Context, userID string) (ports.Caller, error) {
			return ports.Caller{UserID: userID, Username: userID, IDToken: "token of " + userID}, nil
		},
	}
}

func TestUserKeys(t *testing.T) {
	t.Parallel()
	portstest.Keys(t, func(t *testing.T) portstest.KeysAdapter {
		return adapter(t, func(cfg aws.Config) ports.KeyCreator {
			return kms.NewUserKeys(cfg, awstest.Name("prefix"), parties)
		})
	})
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
	rotation, err := client.GetKeyRotationStatus(t.Context(), &sdk.GetKeyRotationStatusInput{KeyId: aws.String(keyID)})
	if err != nil || !rotation.KeyRotationEnabled {
		t.Errorf("rotation %+v, error %v; want it enabled", rotation, err)
	}
	byAlias, err := client.DescribeKey(t.Context(), &sdk.DescribeKeyInput{KeyId: aws.String("alias/" + prefix + "/user/user-1")})
	if err != nil || aws.ToString(byAlias.KeyMetadata.Arn) != keyID {
		t.Errorf("the alias leads to %+v, error %v; want %s", byAlias, err, keyID)
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
	want, err := kms.UserKeyPolicy("user-1", parties)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := client.GetKeyPolicy(t.Context(), &sdk.GetKeyPolicyInput{KeyId: aws.String(keyID), PolicyName: aws.String("default")})
	if err != nil || aws.ToString(policy.Policy) != want {
		t.Errorf("policy %v, error %v; want %s", policy, err, want)
	}
}

// TestTheLosersOfARaceDropTheirKeys: whatever a race made, one key stays.
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
