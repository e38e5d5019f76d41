// Command lambda is the Lambda function of the consumer that creates users' keys.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/kms"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/consumers/userkey"
	"github.com/sealpost/sealpost/ports"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	creator, exclusive := keys(h)
	return lambdahost.Consumer(h)(userkey.New(userkey.Deps{
		Keys: creator, Exclusive: exclusive, Bus: lambdahost.Bus(h), Now: h.Now, Log: h.Log,
	}))
}

// keys returns the key strategy, and whether each user has a separate key.
func keys(h *lambdahost.Host) (creator ports.KeyCreator, exclusive bool) {
	prefix := h.Env.Required("SEALPOST_NAME_PREFIX")
	if h.Env.OneOf("SEALPOST_KEY_STRATEGY", "per-user", "shared") == "shared" {
		return kms.SharedKey(prefix), false
	}
	return kms.NewUserKeys(h.AWS, prefix, kms.PolicyParties{
		IdentityPoolID:  h.Env.Required("SEALPOST_IDENTITY_POOL_ID"),
		OpenerRoleARN:   h.Env.Required("SEALPOST_OPENER_ROLE_ARN"),
		SenderRoleARN:   h.Env.Required("SEALPOST_SENDER_ROLE_ARN"),
		KeyMakerRoleARN: h.Env.Required("SEALPOST_KEY_MAKER_ROLE_ARN"),
		AdminRoleARN:    h.Env.Required("SEALPOST_ADMIN_ROLE_ARN"),
	}), true
}
