package main

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sealpost/sealpost/adapters/aws/kms"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// key USER: creates the user's key. key USER lost: another one, whose alias was never
// given. key USER foreign: one of another deployment.
func key(ts *testscript.TestScript, _ bool, args []string) {
	d := deployment(ts)
	prefix, parties := d.Prefix(), kms.PolicyParties{
		IdentityPoolID: "pool", OpenerRoleARN: "arn:aws:iam::123456789012:role/opener", SenderRoleARN: "sender", KeyMakerRoleARN: "maker", AdminRoleARN: "admin",
	}
	ctx := context.Background()
	switch {
	case len(args) == 1:
		_, err := kms.NewUserKeys(d.Config(), prefix, parties).CreateKey(ctx, args[0])
		ts.Check(err)
	case len(args) == 2 && args[1] == "foreign":
		_, err := kms.NewUserKeys(d.Config(), "another", parties).CreateKey(ctx, args[0])
		ts.Check(err)
	case len(args) == 2 && args[1] == "lost":
		_, err := sdk.NewFromConfig(d.Config()).CreateKey(ctx, &sdk.CreateKeyInput{Tags: []types.Tag{
			{TagKey: aws.String("sealpost:prefix"), TagValue: aws.String(prefix)}, {TagKey: aws.String("sealpost:userId"), TagValue: &args[0]},
		}})
		ts.Check(err)
	default:
		ts.Fatalf("usage: key USER [lost|foreign]")
	}
}

// user NAME: is registered, with the name as the id.
func user(ts *testscript.TestScript, _ bool, args []string) {
	want(ts, args, 1, "user NAME")
	d := deployment(ts)
	d.Publish(events.UserVerified{UserID: args[0], Username: args[0]})
	ts.Check(d.Idle(context.Background(), eventually.Patience))
}

// enabled N: so many keys of the account are enabled.
func enabled(ts *testscript.TestScript, _ bool, args []string) {
	want(ts, args, 1, "enabled N")
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client := sdk.NewFromConfig(deployment(ts).Config())
	all, err := client.ListKeys(ctx, &sdk.ListKeysInput{})
	ts.Check(err)
	for _, k := range all.Keys {
		found, err := client.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: k.KeyId})
		ts.Check(err)
		if found.KeyMetadata.KeyState == types.KeyStateEnabled {
			n--
		}
	}
	if n != 0 {
		ts.Fatalf("%d enabled keys are missing", n)
	}
}
