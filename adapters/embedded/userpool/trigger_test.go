package userpool_test

import (
	"context"
	"errors"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
)

func TestTriggerEvents(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	must(t, f.signUp(t, "Ann", annMail, goodPassword))
	_, err := f.aws.ConfirmSignUp(t.Context(), &cognito.ConfirmSignUpInput{
		ClientId: aws.String(f.pool.ClientID()), Username: aws.String("ann"), ConfirmationCode: aws.String(f.code(t, annMail)),
		ClientMetadata: map[string]string{"from": "test"},
	})
	must(t, err)
	must(t, f.forgot(t, "ann"))
	must(t, f.reset(t, "ann", f.code(t, annMail), otherPassword))

	got := f.hook.calls()
	if len(got) != 2 {
		t.Fatalf("%d calls, want 2", len(got))
	}
	sub := got[0].Request.UserAttributes["sub"]
	want := lambdaevents.CognitoEventUserPoolsPostConfirmation{
		CognitoEventUserPoolsHeader: lambdaevents.CognitoEventUserPoolsHeader{
			Version: "1", TriggerSource: "PostConfirmation_ConfirmSignUp", Region: "local", UserPoolID: f.pool.PoolID(), UserName: "Ann",
			CallerContext: lambdaevents.CognitoEventUserPoolsCallerContext{AWSSDKVersion: "aws-sdk-unknown-unknown", ClientID: f.pool.ClientID()},
		},
		Request: lambdaevents.CognitoEventUserPoolsPostConfirmationRequest{
			UserAttributes: map[string]string{"sub": sub, "email": annMail, "email_verified": "true", "cognito:user_status": "CONFIRMED"},
			ClientMetadata: map[string]string{"from": "test"},
		},
	}
	if diff := cmp.Diff(want, got[0]); diff != "" || len(sub) != 36 {
		t.Errorf("event after ConfirmSignUp (-want +got):\n%s", diff)
	}
	want.TriggerSource, want.Request.ClientMetadata = "PostConfirmation_ConfirmForgotPassword", nil
	if diff := cmp.Diff(want, got[1]); diff != "" {
		t.Errorf("event after ConfirmForgotPassword (-want +got):\n%s", diff)
	}
}

func TestAFailingTriggerIsTriedThreeTimes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		run   func(ctx context.Context, call int) error
		calls int
		check func(t testing.TB, err error)
	}{
		"once": {
			run: func(_ context.Context, call int) error {
				if call == 1 {
					return errors.New("not now")
				}
				return nil
			}, calls: 2, check: must,
		},
		"always": {
			run: failAlways, calls: 3,
			check: func(t testing.TB, err error) {
				t.Helper()
				wantFault[*types.UserLambdaValidationException](t, err, "PostConfirmation failed with error no room.")
			},
		},
		"panic": {
			run:   func(context.Context, int) error { panic("secret") },
			calls: 3,
			check: func(t testing.TB, err error) {
				t.Helper()
				wantFault[*types.UnexpectedLambdaException](t, err, "PostConfirmation invocation failed.")
			},
		},
		"time-out": {
			run: func(ctx context.Context, _ int) error {
				if _, ok := ctx.Deadline(); !ok {
					return errors.New("no deadline")
				}
				return context.DeadlineExceeded
			}, calls: 3,
			check: func(t testing.TB, err error) {
				t.Helper()
				wantFault[*types.UnexpectedLambdaException](t, err, "")
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.hook.run = test.run
			must(t, f.signUp(t, "ann", annMail, goodPassword))
			test.check(t, f.confirm(t, "ann", f.code(t, annMail)))
			if n := len(f.hook.calls()); n != test.calls {
				t.Errorf("%d calls, want %d", n, test.calls)
			}
			// The user is confirmed whatever became of the trigger.
			_, err := f.signIn(t, "ann", goodPassword)
			must(t, err)
			wantFault[*types.NotAuthorizedException](t, f.confirm(t, "ann", "123456"), "User cannot be confirmed. Current status is CONFIRMED")
		})
	}
}

func failAlways(context.Context, int) error { return errors.New("no room") }

// Every sign-in calls the trigger, a refresh does not, and its error keeps the user out.
func TestASignInCallsItsTrigger(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	result := f.register(t, "Ann")
	_, err := f.refresh(t, *result.RefreshToken)
	must(t, err)
	sub, _ := claimsOf(t, *result.IdToken)["sub"].(string)
	want := []lambdaevents.CognitoEventUserPoolsPostAuthentication{{
		CognitoEventUserPoolsHeader: lambdaevents.CognitoEventUserPoolsHeader{
			Version: "1", TriggerSource: "PostAuthentication_Authentication", Region: "local", UserPoolID: f.pool.PoolID(), UserName: "Ann",
			CallerContext: lambdaevents.CognitoEventUserPoolsCallerContext{AWSSDKVersion: "aws-sdk-unknown-unknown", ClientID: f.pool.ClientID()},
		},
		Request: lambdaevents.CognitoEventUserPoolsPostAuthenticationRequest{
			UserAttributes: map[string]string{"sub": sub, "email": "Ann@example.org", "email_verified": "true", "cognito:user_status": "CONFIRMED"},
		},
	}}
	if diff := cmp.Diff(want, f.hook.signIns); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	f.hook.refuse = errors.New("not today")
	_, err = f.signIn(t, "ann", goodPassword)
	wantFault[*types.UserLambdaValidationException](t, err, "PostAuthentication failed with error not today.")
}

// A sign-up that the pre-sign-up trigger refuses leaves nothing behind.
func TestPreSignUpDecides(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.refuse.err = errors.New("This username is reserved")
	wantFault[*types.UserLambdaValidationException](t, f.signUp(t, "Ann", annMail, goodPassword), "PreSignUp failed with error This username is reserved.")
	if n := f.mails(t, annMail); n != 0 {
		t.Errorf("%d mails", n)
	}
	f.refuse.err = nil
	must(t, f.signUp(t, "Ann", annMail, goodPassword))
	want := lambdaevents.CognitoEventUserPoolsPreSignup{
		CognitoEventUserPoolsHeader: lambdaevents.CognitoEventUserPoolsHeader{
			Version: "1", TriggerSource: "PreSignUp_SignUp", Region: "local", UserPoolID: f.pool.PoolID(), UserName: "Ann",
			CallerContext: lambdaevents.CognitoEventUserPoolsCallerContext{AWSSDKVersion: "aws-sdk-unknown-unknown", ClientID: f.pool.ClientID()},
		},
		Request: lambdaevents.CognitoEventUserPoolsPreSignupRequest{UserAttributes: map[string]string{"email": annMail}},
	}
	for _, got := range f.refuse.events {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("event (-want +got):\n%s", diff)
		}
	}
	if len(f.refuse.events) != 2 {
		t.Errorf("%d calls, want 2", len(f.refuse.events))
	}
}

// Sign-in finds a user by any spelling of the name that looks the same.
func TestSpellingsOfOneName(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const name, mail = "Zoë", "zoe@example.org"
	must(t, f.signUp(t, name, mail, goodPassword))
	must(t, f.confirm(t, name, f.code(t, mail)))
	for _, spelling := range []string{"ZOË", "Zoe\u0308", "Ｚｏë", "Zoë\ufe0f"} {
		if _, err := f.signIn(t, spelling, goodPassword); err != nil {
			t.Errorf("%+q: %v", spelling, err)
		}
		wantFault[*types.UsernameExistsException](t, f.signUp(t, spelling, mail, goodPassword), "")
	}
}
