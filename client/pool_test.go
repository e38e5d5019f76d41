package client_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/client"
)

// asked is one request of the Cognito protocol.
type asked struct {
	Path, Target string
	Input        map[string]any
}

// servePool starts a pool that gives every request the one answer.
func servePool(t *testing.T, status int, body string) (*client.Pool, *asked) {
	t.Helper()
	var seen asked
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Errorf("signed: %s", r.Header.Get("Authorization"))
		}
		seen = asked{Path: r.URL.Path, Target: r.Header.Get("X-Amz-Target")}
		_ = json.NewDecoder(r.Body).Decode(&seen.Input)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	cfg := client.Config{
		Region:  "eu-central-1",
		Cognito: client.CognitoConfig{Endpoint: server.URL + "/cognito-idp/", ClientID: "client"},
	}
	return client.NewPool(server.Client(), cfg), &seen
}

func TestEachPoolCallsWireForm(t *testing.T) {
	t.Parallel()
	const delivered = `{"UserSub":"u1","CodeDeliveryDetails":{"DeliveryMedium":"EMAIL","Destination":"a***@e***"}}`
	type input = map[string]any
	ctx := t.Context()
	tests := map[string]struct {
		call   func(*client.Pool) (any, error)
		answer string
		target string
		input  input
		want   any
	}{
		"sign up": {
			func(p *client.Pool) (any, error) { return p.SignUp(ctx, "\uff41lice", "a@example.com", "pw") }, delivered,
			"SignUp", input{
				"ClientId": "client", "Username": "alice", "Password": "pw",
				"UserAttributes": []any{input{"Name": "email", "Value": "a@example.com"}},
			},
			client.Delivery{Destination: "a***@e***", Medium: "EMAIL"},
		},
		"confirm": {
			func(p *client.Pool) (any, error) { return nil, p.Confirm(ctx, "alice", "123456") }, `{}`,
			"ConfirmSignUp", input{"ClientId": "client", "Username": "alice", "ConfirmationCode": "123456"}, nil,
		},
		"resend": {
			func(p *client.Pool) (any, error) { return p.Resend(ctx, "alice") }, `{}`,
			"ResendConfirmationCode", input{"ClientId": "client", "Username": "alice"}, client.Delivery{},
		},
		"forgot": {
			func(p *client.Pool) (any, error) { return p.Forgot(ctx, "alice") }, delivered,
			"ForgotPassword", input{"ClientId": "client", "Username": "alice"},
			client.Delivery{Destination: "a***@e***", Medium: "EMAIL"},
		},
		"reset": {
			func(p *client.Pool) (any, error) { return nil, p.Reset(ctx, "alice", "1", "pw") }, `{}`,
			"ConfirmForgotPassword", input{"ClientId": "client", "Username": "alice", "ConfirmationCode": "1", "Password": "pw"}, nil,
		},
		"change password": {
			func(p *client.Pool) (any, error) { return nil, p.ChangePassword(ctx, "access", "old", "new") }, `{}`,
			"ChangePassword", input{"AccessToken": "access", "PreviousPassword": "old", "ProposedPassword": "new"}, nil,
		},
		"sign out everywhere": {
			func(p *client.Pool) (any, error) { return nil, p.SignOutEverywhere(ctx, "access") }, `{}`,
			"GlobalSignOut", input{"AccessToken": "access"}, nil,
		},
		"revoke": {
			func(p *client.Pool) (any, error) { return nil, p.Revoke(ctx, "refresh") }, `{}`,
			"RevokeToken", input{"ClientId": "client", "Token": "refresh"}, nil,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, seen := servePool(t, 200, tt.answer)
			got, err := tt.call(pool)
			if err != nil {
				t.Fatal(err)
			}
			want := asked{"/cognito-idp/", "AWSCognitoIdentityProviderService." + tt.target, tt.input}
			if diff := cmp.Diff(want, *seen); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSignInAndRefresh(t *testing.T) {
	t.Parallel()
	pool, seen := servePool(t, 200, `{"AuthenticationResult":{"IdToken":"i","AccessToken":"a","RefreshToken":"r","ExpiresIn":3600}}`)
	before := time.Now()
	got, err := pool.SignIn(t.Context(), "alice", "pw")
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != "i" || got.Access != "a" || got.Refresh != "r" {
		t.Errorf("got %+v", got)
	}
	if early := before.Add(time.Hour).Sub(got.Expires); early > time.Second || early < -time.Minute {
		t.Errorf("expires %v", got.Expires)
	}
	if diff := cmp.Diff("USER_PASSWORD_AUTH", seen.Input["AuthFlow"]); diff != "" {
		t.Error(diff)
	}
	pool, seen = servePool(t, 200, `{"AuthenticationResult":{"IdToken":"i2","ExpiresIn":60}}`)
	got, err = pool.Refresh(t.Context(), "r")
	if err != nil || got.ID != "i2" || got.Refresh != "r" {
		t.Errorf("a pool that gives no new refresh token: got %+v, %v", got, err)
	}
	if diff := cmp.Diff(map[string]any{"REFRESH_TOKEN": "r"}, seen.Input["AuthParameters"]); diff != "" {
		t.Error(diff)
	}
}

func TestPoolErrorsAreTyped(t *testing.T) {
	t.Parallel()
	pool, _ := servePool(t, 400, `{"__type":"UsernameExistsException","message":"User already exists"}`)
	_, err := pool.SignUp(t.Context(), "alice", "a@example.com", "pw")
	var exists *types.UsernameExistsException
	if !errors.As(err, &exists) {
		t.Errorf("got %v", err)
	}
	pool, _ = servePool(t, 200, `{"ChallengeName":"SOFTWARE_TOKEN_MFA","Session":"s"}`)
	_, err = pool.SignIn(t.Context(), "alice", "pw")
	var challenge *client.ChallengeError
	if !errors.As(err, &challenge) || challenge.Name != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("got %v", err)
	}
}

func TestAPoolThatIsAwayIsUnreachable(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	cfg := client.Config{Region: "r", Cognito: client.CognitoConfig{Endpoint: server.URL, ClientID: "c"}}
	err := client.NewPool(http.DefaultClient, cfg).Confirm(t.Context(), "alice", "1")
	if !isUnreachable(err) {
		t.Errorf("got %v", err)
	}
}
