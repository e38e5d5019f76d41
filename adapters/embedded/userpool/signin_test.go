package userpool_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/adapters/embedded/userpool"
)

func TestSignInDoesNotTellWhoIsAUser(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "ann")
	must(t, f.signUp(t, "unconfirmed", "u@example.org", goodPassword))
	// Six in a row for each: the lock-out tells nothing either.
	for n := range 6 {
		message := "Incorrect username or password."
		if n == 5 {
			message = "Password attempts exceeded"
		}
		for _, name := range []string{"ann", "nobody", "unconfirmed"} {
			_, err := f.signIn(t, name, "Wrong-Password-1")
			wantFault[*types.NotAuthorizedException](t, err, message)
		}
	}
}

func TestOnlyTheRightPasswordLearnsThatAUserIsNotConfirmed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	must(t, f.signUp(t, "ann", annMail, goodPassword))
	_, err := f.signIn(t, "ann", goodPassword)
	wantFault[*types.UserNotConfirmedException](t, err, "User is not confirmed.")
}

func TestLockout(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "ann")
	fail := func(message string) {
		t.Helper()
		_, err := f.signIn(t, "Ann", "Wrong-Password-1")
		wantFault[*types.NotAuthorizedException](t, err, message)
	}
	const incorrect, exceeded = "Incorrect username or password.", "Password attempts exceeded"
	for range 5 {
		fail(incorrect)
	}
	lock := time.Second
	for range 4 { // 1 s, 2 s, 4 s, 8 s
		f.clock.advance(lock - time.Millisecond)
		fail(exceeded) // does not count
		_, err := f.signIn(t, "ann", goodPassword)
		wantFault[*types.NotAuthorizedException](t, err, exceeded)
		f.clock.advance(time.Millisecond)
		fail(incorrect)
		lock *= 2
	}
	f.clock.advance(lock)
	_, err := f.signIn(t, "ann", goodPassword)
	must(t, err)
	for range 4 { // a success began anew
		fail(incorrect)
	}
	_, err = f.signIn(t, "ann", goodPassword)
	must(t, err)
	for range 6 {
		_, _ = f.signIn(t, "ann", "Wrong-Password-1")
	}
	f.clock.advance(15 * time.Minute) // and so does a quarter of an hour
	for range 5 {
		fail(incorrect)
	}
}

// A restart does not give an attacker new tries.
func TestLockoutSurvivesARestart(t *testing.T) {
	t.Parallel()
	path, key := t.TempDir()+"/sealpost.db", newSealer(t)
	f := openFixture(t, path, key)
	f.register(t, "ann")
	for range 5 {
		_, _ = f.signIn(t, "ann", "Wrong-Password-1")
	}
	must(t, f.db.Close())
	_, err := openFixture(t, path, key).signIn(t, "ann", goodPassword)
	wantFault[*types.NotAuthorizedException](t, err, "Password attempts exceeded")
}

func TestGuessesAtOnceAreAllCounted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "ann")
	compared := 0
	for _, err := range atOnce(30, func(int) error {
		_, err := f.signIn(t, "ann", "Wrong-Password-1")
		return err
	}) {
		if api, ok := errors.AsType[smithy.APIError](err); !ok {
			t.Fatalf("got %v", err)
		} else if strings.HasPrefix(api.ErrorMessage(), "Incorrect") {
			compared++
		}
	}
	if compared != 5 {
		t.Errorf("%d guesses were compared, want 5", compared)
	}
}

func TestManySignUpAndSignInAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, err := range atOnce(50, func(i int) error {
		name := fmt.Sprintf("user%d", i)
		if err := f.signUp(t, name, name+"@example.org", goodPassword); err != nil {
			return err
		}
		if err := f.confirm(t, name, f.code(t, name+"@example.org")); err != nil {
			return err
		}
		return nil
	}) {
		must(t, err)
	}
	for _, err := range atOnce(20, func(int) error { // one user on many devices
		_, err := f.signIn(t, "user0", goodPassword)
		return err
	}) {
		must(t, err)
	}
}

func TestRacingSignUpsOfOneNameMakeOneUser(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	won := 0
	for _, err := range atOnce(10, func(i int) error {
		name := []string{"ann", "Ann", "ANN"}[i%3]
		return f.signUp(t, name, fmt.Sprintf("ann%d@example.org", i), goodPassword)
	}) {
		if err == nil {
			won++
		} else {
			wantFault[*types.UsernameExistsException](t, err, "User already exists")
		}
	}
	if won != 1 || f.mails(t, "") != 1 {
		t.Errorf("%d sign-ups won, %d mails were sent", won, f.mails(t, ""))
	}
}

// A sign-in that checked the old password while it was being reset must not leave
// a session behind.
func TestSignInsRacingAReset(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "ann")
	must(t, f.forgot(t, "ann"))
	code := f.code(t, annMail)
	var sessions sync.Map
	atOnce(8, func(i int) error {
		if i == 0 {
			return f.reset(t, "ann", code, otherPassword)
		}
		if result, err := f.signIn(t, "ann", goodPassword); err == nil {
			sessions.Store(*result.RefreshToken, true)
		}
		return nil
	})
	sessions.Range(func(token, _ any) bool {
		_, err := f.refresh(t, token.(string)) //nolint:errcheck,forcetypeassert // only strings are stored
		wantFault[*types.NotAuthorizedException](t, err, "Refresh Token has been revoked")
		return true
	})
	f.clock.advance(time.Hour) // those who came late with the old password may have locked ann out
	_, err := f.signIn(t, "ann", otherPassword)
	must(t, err)
}

func TestAFloodIsTurnedAway(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	session := f.register(t, "ann")
	release := userpool.Occupy(f.pool)
	_, err := f.signIn(t, "ann", goodPassword)
	wantFault[*types.TooManyRequestsException](t, err, "Too many requests")
	wantFault[*types.TooManyRequestsException](t, f.signUp(t, "bob", "bob@example.org", goodPassword), "")
	wantFault[*types.TooManyRequestsException](t, f.change(t, session.AccessToken, goodPassword, otherPassword), "")
	_, err = f.refresh(t, *session.RefreshToken) // needs no hash
	must(t, err)
	release()
	_, err = f.signIn(t, "ann", goodPassword)
	must(t, err)
}

func TestAUserHasSoManySessions(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.register(t, "ann")
	f.clock.advance(time.Second)
	var last *types.AuthenticationResultType
	for i := range 100 {
		if i == 99 {
			_, err := f.refresh(t, *first.RefreshToken)
			must(t, err)
		}
		f.clock.advance(time.Millisecond)
		var err error
		last, err = f.signIn(t, "ann", goodPassword)
		must(t, err)
	}
	_, err := f.refresh(t, *first.RefreshToken)
	wantFault[*types.NotAuthorizedException](t, err, "Invalid Refresh Token")
	_, err = f.refresh(t, *last.RefreshToken)
	must(t, err)
}

func atOnce(n int, run func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = run(i) })
	}
	all.Wait()
	return errs
}

func TestUnsupportedFlows(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, flow := range []types.AuthFlowType{"USER_SRP_AUTH", "CUSTOM_AUTH", "USER_AUTH", "ADMIN_USER_PASSWORD_AUTH"} {
		_, err := f.auth(t, flow, map[string]string{"USERNAME": "ann"})
		wantFault[*types.InvalidParameterException](t, err, string(flow)+" flow not enabled for this client")
	}
	_, err := f.auth(t, "MAGIC", nil)
	wantFault[*types.InvalidParameterException](t, err, "")
	_, err = f.auth(t, "USER_PASSWORD_AUTH", nil)
	wantFault[*types.InvalidParameterException](t, err, "Missing required parameter USERNAME")
	_, err = f.signIn(t, "ann", "")
	wantFault[*types.InvalidParameterException](t, err, "Missing required parameter PASSWORD")
	_, err = f.signIn(t, "a b", goodPassword)
	wantFault[*types.InvalidParameterException](t, err, "")
	_, err = f.signIn(t, "ann", strings.Repeat("x", 257))
	wantFault[*types.InvalidParameterException](t, err, "")
}
