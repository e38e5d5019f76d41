package e2e

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	citypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentity/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
)

// made fails the test with an error other than that the thing exists already, which
// ministack 1.5.33 now and then answers to the very request that made it.
func (w *world) made(what string, err error) {
	w.t.Helper()
	var exists *types.ResourceConflictException
	if !errors.As(err, &exists) {
		w.must(what, err)
	}
}

func identityPool(w *world) *cognitoidentity.CreateIdentityPoolInput {
	return &cognitoidentity.CreateIdentityPoolInput{
		IdentityPoolName: aws.String(strings.ReplaceAll(w.prefix, "-", "")), AllowUnauthenticatedIdentities: false,
		CognitoIdentityProviders: []citypes.CognitoIdentityProvider{{
			ClientId:     aws.String(w.clientID),
			ProviderName: aws.String("cognito-idp." + emulator.Region + ".amazonaws.com/" + w.poolID),
		}},
	}
}

// deploy makes the roles, the functions, and for each consumer its rule and queues.
func (w *world) deploy() {
	w.t.Helper()
	opener := w.role("opener", policy(w.t, "opener-trust", w.arns), policy(w.t, "opener", w.arns))
	_, err := cognitoidentity.NewFromConfig(w.admin).SetIdentityPoolRoles(w.t.Context(), &cognitoidentity.SetIdentityPoolRolesInput{
		IdentityPoolId: aws.String(w.settings["SEALPOST_IDENTITY_POOL_ID"]), Roles: map[string]string{"authenticated": opener},
	})
	w.must("giving the identity pool its role", err)
	for name, f := range w.functions {
		queueARN := ""
		switch f.Kind {
		case "consumer":
			queueARN = w.queue(strings.TrimPrefix(name, "consumers-"))
		case "objects":
			queueARN = w.objects()
		}
		w.function(name, f, queueARN)
		if queueARN != "" {
			w.mapping(name, queueARN)
		}
	}
}

func (w *world) function(name string, f function, queueARN string) {
	w.t.Helper()
	values := w.policyValues(name, queueARN)
	role := w.role(name, policy(w.t, "function-trust", values), policy(w.t, name, values))
	w.create(name, name, f, role, w.environment(name, f))
}

// environment is what a function is told.
func (w *world) environment(name string, f function) map[string]string {
	w.t.Helper()
	// The emulator hands a function its own endpoint unless the function names one.
	environment := map[string]string{"AWS_ENDPOINT_URL": w.proxy.URL}
	for _, variable := range f.Environment {
		value, known := w.settings[variable]
		if !known {
			w.t.Fatalf("terraform/functions.json gives %s the variable %s, which has no value here", name, variable)
		}
		environment[variable] = value
	}
	return environment
}

// create makes a function of a zip.
func (w *world) create(name, zipName string, f function, role string, environment map[string]string) {
	w.t.Helper()
	zip, err := os.ReadFile(filepath.Join(w.zips, zipName+".zip"))
	w.must("reading the zip of "+zipName, err)
	architecture := types.ArchitectureX8664
	if runtime.GOARCH == "arm64" {
		architecture = types.ArchitectureArm64
	}
	_, err = lambda.NewFromConfig(w.admin).CreateFunction(w.t.Context(), &lambda.CreateFunctionInput{
		FunctionName: aws.String(w.prefix + "-" + name), Role: aws.String(role), Runtime: types.RuntimeProvidedal2023,
		Handler: aws.String("bootstrap"), Architectures: []types.Architecture{architecture},
		Code: &types.FunctionCode{ZipFile: zip}, Timeout: aws.Int32(f.TimeoutSeconds), MemorySize: aws.Int32(f.MemoryMegabytes),
		Environment: &types.Environment{Variables: environment},
	})
	w.made("creating function "+name, err)
}

// policyValues are the values of the placeholders in a function's policies.
func (w *world) policyValues(name, queueARN string) map[string]string {
	values := map[string]string{
		"queue_arn":     queueARN,
		"log_group_arn": "arn:aws:logs:" + emulator.Region + ":" + account + ":log-group:/aws/lambda/" + w.prefix + "-" + name,
	}
	maps.Copy(values, w.arns)
	return values
}

// queue makes the queue, dead-letter queue and rule of a consumer, or of a generation
// such as inbox-2, as subscriptions.json says, and returns the queue's ARN.
func (w *world) queue(consumer string) string {
	w.t.Helper()
	s, err := events.SubscriptionOf(strings.TrimSuffix(consumer, "-2"))
	w.must("reading the subscriptions", err)
	url, arn := w.queueWithDead(consumer)
	pattern := map[string]any{"source": []any{map[string]string{"prefix": "sealpost."}}, "detail-type": s.Events}
	if !s.Replays {
		pattern["replay-name"] = []any{map[string]bool{"exists": false}}
	}
	raw, err := json.Marshal(pattern)
	w.must("writing a pattern", err)
	rule := w.prefix + "-" + consumer
	awstest.Rule(w.t, w.admin, w.prefix, rule, string(raw), arn)
	w.setQueue(url, "Policy", policy(w.t, "event-queue", map[string]string{
		"queue_arn": arn, "account_id": account,
		"rule_arn": "arn:aws:events:" + emulator.Region + ":" + account + ":rule/" + w.prefix + "/" + rule,
	}))
	return arn
}

func (w *world) queueWithDead(consumer string) (url, arn string) {
	w.t.Helper()
	_, deadARN := awstest.Queue(w.t, w.admin, w.prefix+"-"+consumer+"-dead", nil)
	redrive, err := json.Marshal(map[string]any{"deadLetterTargetArn": deadARN, "maxReceiveCount": 5})
	w.must("writing a redrive policy", err)
	return awstest.Queue(w.t, w.admin, w.prefix+"-"+consumer, map[string]string{
		"RedrivePolicy": string(redrive), "VisibilityTimeout": visibility(consumer),
	})
}

func (w *world) setQueue(url, attribute, value string) {
	w.t.Helper()
	_, err := sqs.NewFromConfig(w.admin).SetQueueAttributes(w.t.Context(), &sqs.SetQueueAttributesInput{
		QueueUrl: aws.String(url), Attributes: map[string]string{attribute: value},
	})
	w.must("setting the "+attribute+" of a queue", err)
}

// objects makes the reconciler's queue, has S3 tell it of each object, and returns
// its ARN.
func (w *world) objects() string {
	w.t.Helper()
	url, arn := w.queueWithDead("reconcile")
	w.objectQueue = url
	w.heldBack("900") // as deployed: a test that does not wait sees none of it
	w.setQueue(url, "Policy", policy(w.t, "object-queue", map[string]string{
		"queue_arn": arn, "account_id": account, "bucket_arn": w.arns["ciphertext_bucket_arn"],
	}))
	_, err := s3.NewFromConfig(w.admin, func(o *s3.Options) { o.UsePathStyle = true }).PutBucketNotificationConfiguration(w.t.Context(),
		&s3.PutBucketNotificationConfigurationInput{
			Bucket: aws.String(w.settings["SEALPOST_CIPHERTEXT_BUCKET"]),
			NotificationConfiguration: &s3types.NotificationConfiguration{QueueConfigurations: []s3types.QueueConfiguration{
				{QueueArn: &arn, Events: []s3types.Event{"s3:ObjectCreated:*"}},
			}},
		})
	w.must("having the bucket's objects told", err)
	return arn
}

// heldBack says for how many seconds the notices of objects that are stored from now
// on are held back.
func (w *world) heldBack(seconds string) { w.setQueue(w.objectQueue, "DelaySeconds", seconds) }

// poisoned is the consumer that is given poison.
const poisoned = "inbox"

// visibility is how many seconds pass until a failed delivery comes again.
func visibility(consumer string) string {
	switch consumer {
	case poisoned:
		return "1" // for five receives to pass soon
	case "notify", "reconcile":
		return "6" // for those that find another's mail on its way
	}
	return "30"
}

func (w *world) mapping(name, queueARN string) {
	w.t.Helper()
	made, err := lambda.NewFromConfig(w.admin).CreateEventSourceMapping(w.t.Context(), &lambda.CreateEventSourceMappingInput{
		FunctionName: aws.String(w.prefix + "-" + name), EventSourceArn: aws.String(queueARN), BatchSize: aws.Int32(10),
		FunctionResponseTypes: []types.FunctionResponseType{types.FunctionResponseTypeReportBatchItemFailures},
	})
	w.must("mapping the queue of "+name, err)
	w.mappings[name] = aws.ToString(made.UUID)
}
