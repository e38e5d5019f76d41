package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
)

// account is ministack's default one: calls that are not signed (sign-up, the
// identity pool) reach no other.
const account = "000000000000"

// function is one entry of terraform/functions.json, from which Terraform makes the
// functions too.
type function struct {
	Kind            string   `json:"kind"`
	TimeoutSeconds  int32    `json:"timeoutSeconds"`
	MemoryMegabytes int32    `json:"memoryMegabytes"`
	Environment     []string `json:"environment"`
}

// world is a deployment.
type world struct {
	t         testing.TB
	admin     aws.Config
	server    *emulator.Server
	proxy     *proxy
	prefix    string
	zips      string
	functions map[string]function
	// settings are the values of the functions' variables, arns those of the
	// policies' placeholders.
	settings, arns   map[string]string
	poolID, clientID string
	// mappings are the ids of the event source mappings, by function.
	mappings   map[string]string
	archiveARN string

	mu sync.Mutex
	// keyPolicies are the policies that keys were made with, by the key's ARN.
	keyPolicies map[string]string
	// objectQueue is where S3 tells of each object.
	objectQueue string
	// sessions are the users that the identity pool's sessions belong to, by access key.
	sessions map[string]string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, server: emulator.MinistackAuth(t), prefix: awstest.Name("e2e")[:12], functions: map[string]function{},
		mappings: map[string]string{}, keyPolicies: map[string]string{}, sessions: map[string]string{}}
	w.admin = w.server.ConfigFor("test", "test")
	w.proxy = newProxy(t, w.server.URL(), w.afterCall)
	raw, err := os.ReadFile(filepath.Join(root, "terraform", "functions.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &w.functions); err != nil {
		t.Fatal(err)
	}
	if w.zips, err = zips(); err != nil {
		t.Fatal(err)
	}
	w.identity()
	w.data()
	w.describe()
	w.deploy()
	return w
}

// must fails the test with an error.
func (w *world) must(what string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
}

// identity makes the user pool and the identity pool.
func (w *world) identity() {
	w.t.Helper()
	ctx, pools := w.t.Context(), cip.NewFromConfig(w.admin)
	pool, err := pools.CreateUserPool(ctx, &cip.CreateUserPoolInput{
		PoolName: aws.String(w.prefix), AutoVerifiedAttributes: []ciptypes.VerifiedAttributeType{ciptypes.VerifiedAttributeTypeEmail},
	})
	w.must("creating the user pool", err)
	client, err := pools.CreateUserPoolClient(ctx, &cip.CreateUserPoolClientInput{
		UserPoolId: pool.UserPool.Id, ClientName: aws.String("page"),
		ExplicitAuthFlows: []ciptypes.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	})
	w.must("creating the user pool's client", err)
	w.poolID, w.clientID = aws.ToString(pool.UserPool.Id), aws.ToString(client.UserPoolClient.ClientId)
	identities := cognitoidentity.NewFromConfig(w.admin)
	made, err := identities.CreateIdentityPool(ctx, identityPool(w))
	w.must("creating the identity pool", err)
	w.settings = map[string]string{"SEALPOST_USER_POOL_ID": w.poolID, "SEALPOST_IDENTITY_POOL_ID": aws.ToString(made.IdentityPoolId)}
}

// data makes the tables, the bucket and the bus.
func (w *world) data() {
	w.t.Helper()
	for kind, variable := range map[string]string{
		"users": "SEALPOST_USERS_TABLE", "inbox": "SEALPOST_INBOX_TABLE",
		"unread": "SEALPOST_UNREAD_TABLE", "notifications": "SEALPOST_NOTIFICATIONS_TABLE", "names": "SEALPOST_NAMES_TABLE",
	} {
		w.settings[variable] = w.prefix + "-" + kind
		awstest.Table(w.t, w.admin, kind, w.settings[variable])
	}
	w.settings["SEALPOST_CIPHERTEXT_BUCKET"] = w.prefix + "-ciphertext"
	awstest.Bucket(w.t, w.admin, w.settings["SEALPOST_CIPHERTEXT_BUCKET"])
	w.settings["SEALPOST_BUS"] = w.prefix
	w.archive(awstest.Bus(w.t, w.admin, w.prefix))
}

// describe gathers what names of other things go into settings and policies.
func (w *world) describe() {
	role := func(name string) string { return "arn:aws:iam::" + account + ":role/" + w.prefix + "-" + name }
	table := func(variable string) string {
		return "arn:aws:dynamodb:" + emulator.Region + ":" + account + ":table/" + w.settings[variable]
	}
	w.arns = map[string]string{
		"partition": "aws", "region": emulator.Region, "account_id": account, "prefix": w.prefix,
		"users_table_arn": table("SEALPOST_USERS_TABLE"), "inbox_table_arn": table("SEALPOST_INBOX_TABLE"),
		"unread_table_arn": table("SEALPOST_UNREAD_TABLE"), "notifications_table_arn": table("SEALPOST_NOTIFICATIONS_TABLE"),
		"names_table_arn":       table("SEALPOST_NAMES_TABLE"),
		"ciphertext_bucket_arn": "arn:aws:s3:::" + w.settings["SEALPOST_CIPHERTEXT_BUCKET"],
		"bus_arn":               "arn:aws:events:" + emulator.Region + ":" + account + ":event-bus/" + w.prefix,
		"user_pool_arn":         "arn:aws:cognito-idp:" + emulator.Region + ":" + account + ":userpool/" + w.poolID,
		"identity_pool_id":      w.settings["SEALPOST_IDENTITY_POOL_ID"],
	}
	w.settings["SEALPOST_NAME_PREFIX"] = w.prefix
	w.settings["SEALPOST_KEY_STRATEGY"] = "per-user"
	w.settings["SEALPOST_OPENER_ROLE_ARN"] = role("opener")
	w.settings["SEALPOST_SENDER_ROLE_ARN"] = role("producers-storemessage")
	w.settings["SEALPOST_KEY_MAKER_ROLE_ARN"] = role("consumers-userkey")
	w.settings["SEALPOST_ADMIN_ROLE_ARN"] = role("key-admin")
	w.settings["SEALPOST_WEB_URL"] = "https://sealpost.example.org"
	w.settings["SEALPOST_LOG_LEVEL"], w.settings["SEALPOST_MAX_RECEIVES"] = "info", "5"
	w.settings["SEALPOST_CIPHERTEXT_KMS_KEY_ID"], w.settings["SEALPOST_BUS_ENDPOINT_ID"] = "", ""
	w.settings["SEALPOST_CURSOR_KEY"] = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
}

// role makes a role with a trust policy and one policy of its own.
func (w *world) role(name, trust, document string) string {
	w.t.Helper()
	client := iam.NewFromConfig(w.admin)
	full := w.prefix + "-" + name
	_, err := client.CreateRole(w.t.Context(), &iam.CreateRoleInput{RoleName: aws.String(full), AssumeRolePolicyDocument: aws.String(trust)})
	var exists *iamtypes.EntityAlreadyExistsException
	if !errors.As(err, &exists) { // as in made
		w.must("creating role "+name, err)
	}
	_, err = client.PutRolePolicy(w.t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String(full), PolicyName: aws.String("own"), PolicyDocument: aws.String(document),
	})
	w.must("writing the policy of role "+name, err)
	return "arn:aws:iam::" + account + ":role/" + full
}

// afterCall does after a function's call what only AWS would do by itself, and
// remembers what the simulator must know.
func (w *world) afterCall(c call, answer []byte) {
	if c.Status != http.StatusOK {
		return
	}
	var err error
	switch c.Action {
	case "TrentService.CreateKey":
		err = w.keyMade(c.Body, answer)
	case "AWSCognitoIdentityService.GetCredentialsForIdentity":
		err = w.sessionMade(c.Body, answer)
	}
	if err != nil {
		w.t.Errorf("after %s: %v", c.Action, err)
	}
}

// keyMade relaxes the policy of a user's key, in the same way as every other
// policy: the function wrote it in full, and the emulator cannot decide it in full.
// The function signed its call, so it cannot be changed on its way.
func (w *world) keyMade(body, answer []byte) error {
	var in struct{ Policy string }
	var out struct{ KeyMetadata struct{ Arn string } }
	if err := errors.Join(json.Unmarshal(body, &in), json.Unmarshal(answer, &out)); err != nil {
		return err
	}
	w.mu.Lock()
	w.keyPolicies[out.KeyMetadata.Arn] = in.Policy
	w.mu.Unlock()
	_, err := kms.NewFromConfig(w.admin).PutKeyPolicy(context.WithoutCancel(w.t.Context()), &kms.PutKeyPolicyInput{
		KeyId: aws.String(out.KeyMetadata.Arn), Policy: aws.String(decidable(w.t, in.Policy)),
	})
	return err
}

// sessionMade remembers whose token earned a session's credentials.
func (w *world) sessionMade(body, answer []byte) error {
	var in struct{ Logins map[string]string }
	var out struct{ Credentials struct{ AccessKeyId string } } //nolint:revive // AWS's spelling
	if err := errors.Join(json.Unmarshal(body, &in), json.Unmarshal(answer, &out)); err != nil {
		return err
	}
	for _, token := range in.Logins {
		parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			return err
		}
		var claims jwt.Claims
		if err := parsed.UnsafeClaimsWithoutVerification(&claims); err != nil { // the pool has verified it
			return err
		}
		w.mu.Lock()
		w.sessions[out.Credentials.AccessKeyId] = claims.Subject
		w.mu.Unlock()
	}
	return nil
}
