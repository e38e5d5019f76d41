package userpool_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/adapters/embedded/userpool"
)

func TestSignUpConfirmSignIn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	out, err := f.aws.SignUp(t.Context(), &cognito.SignUpInput{
		ClientId: aws.String(f.pool.ClientID()), Username: aws.String("Ann"), Password: aws.String(goodPassword),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ann@example.org")}},
	})
	must(t, err)
	if d := out.CodeDeliveryDetails; out.UserConfirmed || *d.Destination != "a***@e***" || d.DeliveryMedium != "EMAIL" || *d.AttributeName != "email" {
		t.Errorf("SignUp = %+v, %+v", out, d)
	}
	must(t, f.confirm(t, "ann", f.code(t, "ann@example.org")))
	result, err := f.signIn(t, "ANN", goodPassword)
	must(t, err)
	if result.ExpiresIn != 3600 || *result.TokenType != "Bearer" || *result.RefreshToken == "" {
		t.Errorf("InitiateAuth = %+v", result)
	}
	me, err := f.aws.GetUser(t.Context(), &cognito.GetUserInput{AccessToken: result.AccessToken})
	must(t, err)
	attributes := map[string]string{}
	for _, a := range me.UserAttributes {
		attributes[*a.Name] = *a.Value
	}
	want := map[string]string{"sub": *out.UserSub, "email": "ann@example.org", "email_verified": "true"}
	if diff := cmp.Diff(want, attributes); diff != "" || *me.Username != "Ann" {
		t.Errorf("GetUser = %q (-want +got):\n%s", *me.Username, diff)
	}
}

func TestTokenClaims(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	result := f.register(t, "ann")
	id, access := claimsOf(t, *result.IdToken), claimsOf(t, *result.AccessToken)
	now := float64(f.clock.Now().Unix())
	for name, want := range map[string]any{
		"iss": "http://sealpost.test/cognito-idp/" + f.pool.PoolID(), "aud": f.pool.ClientID(), "token_use": "id",
		"auth_time": now, "iat": now, "exp": now + 3600, "cognito:username": "ann", "email": "ann@example.org", "email_verified": true,
	} {
		if id[name] != want {
			t.Errorf("ID token: %s = %v, want %v", name, id[name], want)
		}
	}
	for name, want := range map[string]any{
		"iss": id["iss"], "sub": id["sub"], "client_id": f.pool.ClientID(), "token_use": "access", "username": "ann",
		"scope": "aws.cognito.signin.user.admin", "iat": now, "exp": now + 3600, "origin_jti": id["origin_jti"], "event_id": id["event_id"],
	} {
		if access[name] != want {
			t.Errorf("access token: %s = %v, want %v", name, access[name], want)
		}
	}
	for _, name := range []string{"sub", "jti", "origin_jti", "event_id"} {
		if s, _ := id[name].(string); len(s) != 36 {
			t.Errorf("ID token: %s = %v, want a UUID", name, id[name])
		}
	}
	if id["jti"] == access["jti"] {
		t.Error("two tokens have one jti")
	}
	for _, name := range []string{"aud", "email"} {
		if access[name] != nil {
			t.Errorf("the access token has %s", name)
		}
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.register(t, "ann")
	f.clock.advance(2 * time.Hour)
	second, err := f.refresh(t, *first.RefreshToken)
	must(t, err)
	if second.RefreshToken != nil {
		t.Error("the refresh token was replaced")
	}
	claims, err := f.pool.Verifier().Verify(t.Context(), *second.IdToken, f.clock.Now())
	must(t, err)
	if old := claimsOf(t, *first.IdToken); claims["auth_time"] != old["auth_time"] || claims["origin_jti"] != old["origin_jti"] || claims["jti"] == old["jti"] {
		t.Errorf("claims %v after %v", claims, old)
	}
	_, err = f.auth(t, types.AuthFlowTypeRefreshToken, map[string]string{"REFRESH_TOKEN": *first.RefreshToken})
	must(t, err)

	f.clock.advance(30*24*time.Hour - 2*time.Hour)
	_, err = f.refresh(t, *first.RefreshToken)
	wantFault[*types.NotAuthorizedException](t, err, "Refresh Token has expired")
	_, err = f.refresh(t, strings.Repeat("A", 43))
	wantFault[*types.NotAuthorizedException](t, err, "Invalid Refresh Token")
	_, err = f.refresh(t, *first.IdToken)
	wantFault[*types.NotAuthorizedException](t, err, "Invalid Refresh Token")
	_, err = f.auth(t, types.AuthFlowTypeRefreshToken, nil)
	wantFault[*types.InvalidParameterException](t, err, "Missing required parameter REFRESH_TOKEN")
}

func TestGlobalSignOut(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	here := f.register(t, "ann")
	there, err := f.signIn(t, "ann", goodPassword)
	must(t, err)
	bob := f.register(t, "bob")
	_, err = f.aws.GlobalSignOut(t.Context(), &cognito.GlobalSignOutInput{AccessToken: here.AccessToken})
	must(t, err)
	for _, s := range []*types.AuthenticationResultType{here, there} {
		_, err = f.refresh(t, *s.RefreshToken)
		wantFault[*types.NotAuthorizedException](t, err, "Refresh Token has been revoked")
		_, err = f.aws.GetUser(t.Context(), &cognito.GetUserInput{AccessToken: s.AccessToken})
		wantFault[*types.NotAuthorizedException](t, err, "Access Token has been revoked")
		_, err = f.aws.GlobalSignOut(t.Context(), &cognito.GlobalSignOutInput{AccessToken: s.AccessToken})
		wantFault[*types.NotAuthorizedException](t, err, "Access Token has been revoked")
	}
	_, err = f.refresh(t, *bob.RefreshToken)
	must(t, err)
	again, err := f.signIn(t, "ann", goodPassword)
	must(t, err)
	_, err = f.aws.GetUser(t.Context(), &cognito.GetUserInput{AccessToken: again.AccessToken})
	must(t, err)
}

func TestRevokeToken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	here := f.register(t, "ann")
	there, err := f.signIn(t, "ann", goodPassword)
	must(t, err)
	revoke := func(token string) error {
		_, err := f.aws.RevokeToken(t.Context(), &cognito.RevokeTokenInput{ClientId: aws.String(f.pool.ClientID()), Token: &token})
		return err
	}
	for range 2 { // again is fine
		must(t, revoke(*here.RefreshToken))
	}
	must(t, revoke("unknown"))
	_, err = f.refresh(t, *here.RefreshToken)
	wantFault[*types.NotAuthorizedException](t, err, "Refresh Token has been revoked")
	_, err = f.aws.GetUser(t.Context(), &cognito.GetUserInput{AccessToken: here.AccessToken})
	wantFault[*types.NotAuthorizedException](t, err, "Access Token has been revoked")
	_, err = f.refresh(t, *there.RefreshToken)
	must(t, err)
	wantFault[*types.UnsupportedTokenTypeException](t, revoke(*there.AccessToken), "")
}

// Whatever ends a session ends its ID token too, at once, and no other session's.
func TestNoTokenOutlivesItsSession(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end      func(*fixture, *types.AuthenticationResultType) error
		keepsOwn bool
	}{
		"revoke": {func(f *fixture, s *types.AuthenticationResultType) error {
			_, err := f.aws.RevokeToken(t.Context(), &cognito.RevokeTokenInput{ClientId: aws.String(f.pool.ClientID()), Token: s.RefreshToken})
			return err
		}, false},
		"global sign-out": {func(f *fixture, s *types.AuthenticationResultType) error {
			_, err := f.aws.GlobalSignOut(t.Context(), &cognito.GlobalSignOutInput{AccessToken: s.AccessToken})
			return err
		}, false},
		"change of password": {func(f *fixture, s *types.AuthenticationResultType) error {
			_, err := f.aws.ChangePassword(t.Context(), &cognito.ChangePasswordInput{
				AccessToken: s.AccessToken, PreviousPassword: aws.String(goodPassword), ProposedPassword: aws.String(otherPassword),
			})
			return err
		}, true},
		"reset": {func(f *fixture, _ *types.AuthenticationResultType) error {
			if err := f.forgot(t, "ann"); err != nil {
				return err
			}
			return f.reset(t, "ann", f.code(t, "ann@example.org"), otherPassword)
		}, false},
		"user deleted by another process": {func(f *fixture, _ *types.AuthenticationResultType) error {
			f.clock.advance(2 * time.Second)
			return f.db.Write(t.Context(), func(tx *sqlite.Tx) error {
				_, err := tx.Exec(`DELETE FROM userpool_users WHERE username = 'ann'`)
				return err
			})
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			here, bob := f.register(t, "ann"), f.register(t, "bob")
			there, err := f.signIn(t, "ann", goodPassword)
			must(t, err)
			good := func(s *types.AuthenticationResultType) bool {
				_, err := f.pool.Verifier().Verify(t.Context(), *s.IdToken, f.clock.Now())
				if err != nil && !errors.Is(err, userpool.ErrTokenInvalid) {
					t.Fatal(err)
				}
				return err == nil
			}
			if !good(here) || !good(there) || !good(bob) {
				t.Fatal("a fresh token is refused")
			}
			must(t, c.end(f, here))
			if got := good(here); got != c.keepsOwn {
				t.Errorf("the session's own ID token is good: %v", got)
			}
			if got := good(there); got != (name == "revoke") {
				t.Errorf("the ID token of another session is good: %v", got)
			}
			if !good(bob) {
				t.Error("another user's ID token is refused")
			}
		})
	}
}

func TestASecondStartFindsEverythingAsItWas(t *testing.T) {
	t.Parallel()
	path, key := filepath.Join(t.TempDir(), "sealpost.db"), newSealer(t)
	first := openFixture(t, path, key)
	result := first.register(t, "ann")
	must(t, first.db.Close())

	second := openFixture(t, path, key)
	if first.pool.PoolID() != second.pool.PoolID() || first.pool.ClientID() != second.pool.ClientID() {
		t.Error("the ids changed")
	}
	_, err := second.pool.Verifier().Verify(t.Context(), *result.IdToken, second.clock.Now())
	must(t, err)
	_, err = second.refresh(t, *result.RefreshToken)
	must(t, err)
	_, err = second.signIn(t, "ann", goodPassword)
	must(t, err)
}

func TestAnotherMasterKeyIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.config
	c.Sealer = newSealer(t)
	if _, err := userpool.New(t.Context(), c); err == nil || !strings.Contains(err.Error(), "master key") {
		t.Errorf("New = %v", err)
	}
}
