package cognitoidentity_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sealpost/sealpost/adapters/aws/cognitoidentity"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
)

const (
	prefix       = "sealpost-test"
	identityPool = "us-east-1:11111111-2222-4333-8444-555555555555"
	userPool     = "eu-west-1_abc"
	life         = time.Hour
)

var plaintext = bytes.Repeat([]byte{7}, 32)

// pool answers as the identity pool and KMS do. The access key that a token earns
// is its text, so that a test sees whose credentials a call was signed with.
type pool struct{ *faults.Transport }

func newPool(t *testing.T) pool {
	t.Helper()
	return pool{faults.New(answering{})}
}

// answering is the service behind the faults.
type answering struct{}

func (answering) RoundTrip(req *http.Request) (*http.Response, error) {
	var in struct{ IdentityId, CiphertextBlob string } //nolint:revive // AWS's spelling
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
		return nil, err
	}
	var body string
	switch target := req.Header.Get("X-Amz-Target"); target {
	case "AWSCognitoIdentityService.GetId":
		body = `{"IdentityId":"us-east-1:identity"}`
	case "AWSCognitoIdentityService.GetCredentialsForIdentity":
		body = fmt.Sprintf(`{"IdentityId":"us-east-1:identity","Credentials":{"AccessKeyId":"ASIA1","SecretKey":"s","SessionToken":"session","Expiration":%d}}`,
			time.Now().Add(life).Unix())
	case "TrentService.Decrypt":
		body = fmt.Sprintf(`{"KeyId":"key-1","Plaintext":%q}`, base64.StdEncoding.EncodeToString(plaintext))
	default:
		return nil, fmt.Errorf("unexpected %s", target)
	}
	return faults.Answer(http.StatusOK, body)(faults.Call{Request: req}, nil)
}

func (p pool) opener(t *testing.T) *cognitoidentity.Opener {
	t.Helper()
	o, err := cognitoidentity.New(faults.Config(p.Transport), prefix, identityPool, userPool, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

var ann = ports.Caller{UserID: "ann", Username: "Ann", IDToken: "secret-token-of-ann"}

func open(t *testing.T, o *cognitoidentity.Opener, c ports.Caller) ([]byte, error) {
	t.Helper()
	ec := ports.EncryptionContext{"messageId": "m", "senderId": "s", "recipientId": c.UserID}
	return o.OpenDataKey(t.Context(), c, "alias/"+prefix+"/user/"+c.UserID, []byte("wrapped"), ec)
}

func opens(t *testing.T, o *cognitoidentity.Opener, c ports.Caller) {
	t.Helper()
	if got, err := open(t, o, c); err != nil || !bytes.Equal(got, plaintext) {
		t.Errorf("%s got %x, error %v", c.UserID, got, err)
	}
}

func (p pool) wants(t *testing.T, operation string, n int) {
	t.Helper()
	if got := len(p.Calls(operation)); got != n {
		t.Errorf("%d calls of %s, want %d", got, operation, n)
	}
}

func TestDecryptIsTheCallersOwnCall(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	opens(t, p.opener(t), ann)
	for _, operation := range []string{"GetId", "GetCredentialsForIdentity"} {
		c := p.Calls(operation)[0]
		if auth := c.Request.Header.Get("Authorization"); auth != "" {
			t.Errorf("%s is signed: %s", operation, auth)
		}
		if want := `"cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc":"secret-token-of-ann"`; !strings.Contains(string(c.Body), want) {
			t.Errorf("%s sent %s, want %s in it", operation, c.Body, want)
		}
	}
	decrypt := p.Calls("Decrypt")[0]
	if !strings.Contains(decrypt.Request.Header.Get("Authorization"), "Credential=ASIA1/") ||
		decrypt.Request.Header.Get("X-Amz-Security-Token") != "session" {
		t.Errorf("Decrypt is signed by %s", decrypt.Request.Header.Get("Authorization"))
	}
	var in struct {
		KeyId             string //nolint:revive // AWS's spelling
		EncryptionContext map[string]string
	}
	if err := json.Unmarshal(decrypt.Body, &in); err != nil || in.KeyId != "alias/sealpost-test/user/ann" || in.EncryptionContext["recipientId"] != "ann" {
		t.Errorf("Decrypt sent %s", decrypt.Body)
	}
}

func TestCredentialsAreKeptUntilShortlyBeforeTheyExpire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t)
		o := p.opener(t)
		opens(t, o, ann)
		time.Sleep(life - 3*time.Minute)
		opens(t, o, ann)
		p.wants(t, "GetCredentialsForIdentity", 1)
		time.Sleep(2 * time.Minute)
		opens(t, o, ann)
		p.wants(t, "GetCredentialsForIdentity", 2)
	})
}

// TestAnotherTokenEarnsItsOwnCredentials: a token that was never checked must not
// be served what another token of the same subject, or the same token under
// another subject, earned.
func TestAnotherTokenEarnsItsOwnCredentials(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	o := p.opener(t)
	opens(t, o, ann)
	opens(t, o, ports.Caller{UserID: "ann", IDToken: "another"})
	opens(t, o, ports.Caller{UserID: "bob", IDToken: ann.IDToken})
	p.wants(t, "GetCredentialsForIdentity", 3)
}

func TestConcurrentCallsMakeOneExchange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t)
		p.On("GetId", func(_ faults.Call, forward func() (*http.Response, error)) (*http.Response, error) {
			time.Sleep(time.Second) // of the bubble: until all the others wait
			return forward()
		})
		o := p.opener(t)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { opens(t, o, ann) })
		}
		wg.Wait()
		p.wants(t, "GetId", 1)
		p.wants(t, "Decrypt", 20)
	})
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	o := p.opener(t)
	opens(t, o, ann)
	for i := range 1000 {
		opens(t, o, ports.Caller{UserID: fmt.Sprintf("user-%d", i), IDToken: "t"})
	}
	opens(t, o, ann)
	p.wants(t, "GetId", 1002)
}

func TestWhatTheCallerMayNotIsForbidden(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		operation, code string
	}{
		"an expired token":                {"GetId", "NotAuthorizedException"},
		"a token that expires meanwhile":  {"GetCredentialsForIdentity", "NotAuthorizedException"},
		"the policy":                      {"Decrypt", "AccessDeniedException"},
		"another context or a broken key": {"Decrypt", "InvalidCiphertextException"},
		"another key":                     {"Decrypt", "IncorrectKeyException"},
		"no key":                          {"Decrypt", "NotFoundException"},
		"a disabled key":                  {"Decrypt", "DisabledException"},
		"a key scheduled for deletion":    {"Decrypt", "KMSInvalidStateException"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPool(t)
			p.On(c.operation, faults.Answer(http.StatusBadRequest, fmt.Sprintf(`{"__type":%q,"message":"about %s"}`, c.code, ann.IDToken)))
			o := p.opener(t)
			got, err := open(t, o, ann)
			if !errors.Is(err, ports.ErrForbidden) || got != nil {
				t.Errorf("got %x, error %v; want ErrForbidden", got, err)
			}
			if c.operation != "Decrypt" && strings.Contains(err.Error(), ann.IDToken) {
				t.Errorf("the error has the token: %v", err)
			}
			p.wants(t, c.operation, 1)
			opens(t, o, ann) // a refusal is not kept
		})
	}
}

// TestOthersMessagesAndKeysAreForbiddenWithoutACall: neither an inbox row nor an event
// makes the caller's session use a key that is not the caller's.
func TestOthersMessagesAndKeysAreForbiddenWithoutACall(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	o := p.opener(t)
	for _, c := range []struct{ keyID, recipient string }{
		{"alias/sealpost-test/user/ann", "bob"},
		{"alias/sealpost-test/user/bob", "ann"},
		{"alias/another/shared", "ann"},
		{"alias/another/user/ann", "ann"},
		{"arn:aws:kms:us-east-1:123456789012:key/1", "ann"},
		{"", "ann"},
	} {
		ec := ports.EncryptionContext{"recipientId": c.recipient}
		if _, err := o.OpenDataKey(t.Context(), ann, c.keyID, []byte("w"), ec); !errors.Is(err, ports.ErrForbidden) {
			t.Errorf("%+v: error %v, want ErrForbidden", c, err)
		}
	}
	p.wants(t, "", 0)
	ec := ports.EncryptionContext{"recipientId": "ann"}
	if _, err := o.OpenDataKey(t.Context(), ann, "alias/sealpost-test/shared", []byte("w"), ec); err != nil {
		t.Errorf("under the shared key: %v", err)
	}
}

func TestCredentialsThatEndedEarlyAreExchangedAgain(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	o := p.opener(t)
	opens(t, o, ann)
	p.On("Decrypt", faults.Error(http.StatusBadRequest, "ExpiredTokenException"))
	opens(t, o, ann)
	p.wants(t, "GetId", 2)
	p.Spent(t)
}

// TestInfrastructureFailuresAreNotTheCallers: they must come out as a 5xx, not as
// "you may not", after bounded retries.
func TestInfrastructureFailuresAreNotTheCallers(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"GetId", "GetCredentialsForIdentity", "Decrypt"} {
		for name, fault := range map[string]faults.Fault{
			"throttled": faults.Error(http.StatusBadRequest, "TooManyRequestsException"), "unavailable": faults.Unavailable(), "timeout": faults.Timeout(),
		} {
			t.Run(operation+" "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					p := newPool(t)
					p.On(operation, fault, fault)
					opens(t, p.opener(t), ann) // two faults are survived
					p.Spent(t)
					p.On(operation, faults.Repeat(50, fault)...)
					before := len(p.Calls(operation))
					_, err := open(t, p.opener(t), ann)
					if err == nil || errors.Is(err, ports.ErrForbidden) {
						t.Errorf("error %v, want one of the infrastructure", err)
					}
					p.wants(t, operation, before+4)
				})
			})
		}
	}
}
