package e2e

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/sealpost/sealpost/api"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// theAuthorizer: every route of the contract wants a token of the user pool, and
// takes no other.
func (w *world) theAuthorizer(t *testing.T, server string, alice, bob scenario.Person) {
	good := aws.ToString(w.signIn(t, w.clientID, alice.Username).IdToken)
	bobs := w.signIn(t, w.clientID, bob.Username)
	expiring := aws.ToString(w.signIn(t, w.client(t, w.poolID, 1), alice.Username).IdToken)
	bad := map[string]string{
		"no token":                     "",
		"rubbish":                      "Bearer rubbish",
		"a password":                   "Basic " + strings.Repeat("a", 40),
		"a token with bob's claims":    "Bearer " + withClaims(t, good, aws.ToString(bobs.IdToken)),
		"a token of an unknown key":    "Bearer " + resigned(t, good),
		"a token without a signature":  "Bearer " + unsigned(good),
		"a token of another pool":      "Bearer " + w.strangersToken(t),
		"a token that has expired":     "Bearer " + expiring,
		"an access token (not our ID)": "Bearer " + aws.ToString(bobs.AccessToken), // the functions refuse it
	}
	routes := routes(t)
	eventually.True(t, "the token expires", func() bool {
		return status(t, routes[0], server, "Bearer "+expiring) == http.StatusUnauthorized
	})
	for _, r := range routes {
		if got := status(t, r, server, "Bearer "+good); got == http.StatusUnauthorized || got == http.StatusForbidden || got >= 500 {
			t.Errorf("%s %s answers %d to a good token", r.Method, r.URL.Path, got)
		}
		for name, authorization := range bad {
			if got := status(t, r, server, authorization); got != http.StatusUnauthorized {
				t.Errorf("%s %s answers %d to %s", r.Method, r.URL.Path, got, name)
			}
		}
	}
}

// routes are requests to every route of the contract.
func routes(t *testing.T) (out []*http.Request) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			r, err := http.NewRequestWithContext(t.Context(), method, strings.Replace(path, "{id}", "01KAV0000000000000000000AA", 1), http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, r)
		}
	}
	if len(out) < 7 {
		t.Fatalf("%d routes only", len(out))
	}
	return out
}

// status is what a route answers.
func status(t *testing.T, route *http.Request, server, authorization string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), route.Method, server+route.URL.Path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode
}

// client makes a client of a user pool whose ID tokens last for seconds, an hour
// for 0.
func (w *world) client(t *testing.T, poolID string, seconds int32) string {
	t.Helper()
	in := &cip.CreateUserPoolClientInput{
		UserPoolId: aws.String(poolID), ClientName: aws.String("another"),
		ExplicitAuthFlows: []ciptypes.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}
	if seconds > 0 {
		in.IdTokenValidity = aws.Int32(seconds)
		in.TokenValidityUnits = &ciptypes.TokenValidityUnitsType{IdToken: ciptypes.TimeUnitsTypeSeconds}
	}
	out, err := cip.NewFromConfig(w.admin).CreateUserPoolClient(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.UserPoolClient.ClientId)
}

// signIn returns a user's tokens.
func (w *world) signIn(t *testing.T, clientID, username string) *ciptypes.AuthenticationResultType {
	t.Helper()
	out, err := cip.NewFromConfig(w.admin).InitiateAuth(t.Context(), &cip.InitiateAuthInput{
		AuthFlow: ciptypes.AuthFlowTypeUserPasswordAuth, ClientId: aws.String(clientID),
		AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": scenario.Password},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.AuthenticationResult
}

// strangersToken is a good token of another pool of the account.
func (w *world) strangersToken(t *testing.T) string {
	t.Helper()
	pools := cip.NewFromConfig(w.admin)
	pool, err := pools.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String(w.prefix + "-other")})
	if err != nil {
		t.Fatal(err)
	}
	mallory := aws.String("mallory")
	if _, err := pools.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{UserPoolId: pool.UserPool.Id, Username: mallory}); err != nil {
		t.Fatal(err)
	}
	_, err = pools.AdminSetUserPassword(t.Context(), &cip.AdminSetUserPasswordInput{
		UserPoolId: pool.UserPool.Id, Username: mallory, Password: aws.String(scenario.Password), Permanent: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(w.signIn(t, w.client(t, aws.ToString(pool.UserPool.Id), 0), *mallory).IdToken)
}

// withClaims is a token with the claims of another and its own signature.
func withClaims(t *testing.T, token, other string) string {
	t.Helper()
	mine, theirs := strings.Split(token, "."), strings.Split(other, ".")
	if len(mine) != 3 || len(theirs) != 3 || mine[1] == theirs[1] {
		t.Fatal("these are no two tokens")
	}
	return mine[0] + "." + theirs[1] + "." + mine[2]
}

// resigned is a token with the same claims and the same key id, signed by a key
// that the pool has never seen.
func resigned(t *testing.T, token string) string {
	t.Helper()
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := parsed.UnsafeClaimsWithoutVerification(&claims); err != nil {
		t.Fatal(err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: parsed.Headers[0].KeyID}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// unsigned is a token whose header says that it needs no signature.
func unsigned(token string) string {
	const header = "eyJhbGciOiJub25lIn0" // {"alg":"none"}
	return header + "." + strings.Split(token, ".")[1] + "."
}

// badRequests: the emulator's import leaves the request validators out, so what
// is seen here is that the functions check again what API Gateway checks.
func badRequests(t *testing.T, server string, alice scenario.Person) {
	token, err := alice.Tokens.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for call, want := range map[string]int{
		"GET /messages?limit=0": 400, "GET /messages?limit=101": 400, "GET /messages?unread=perhaps": 400,
		"GET /messages?cursor=made-up": 400, "GET /users?limit=x": 400, "POST /messages": 400,
		"GET /messages/no-such-id": 404, "POST /messages/no-such-id/read": 404,
	} {
		method, path, _ := strings.Cut(call, " ")
		got, body := apiRequest{method: method, url: server + path, token: token}.do(t.Context(), t)
		var problem struct {
			Type   string
			Status int
		}
		err := json.Unmarshal(body, &problem)
		if err != nil || got != want || problem.Status != want || !strings.HasPrefix(problem.Type, "urn:sealpost:problem:") {
			t.Errorf("%s answers %d %s, want %d", call, got, body, want)
		}
	}
}
