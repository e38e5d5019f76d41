package userpool_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// The clock of a machine goes back, by a day say, when its battery is empty or its
// snapshot is restored. No wait gets longer than it was.

func TestALockoutDoesNotWaitForAClockThatWentBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "ann")
	for range 5 {
		_, _ = f.signIn(t, "ann", "Wrong-Password-1")
	}
	f.clock.advance(-24 * time.Hour)
	_, err := f.signIn(t, "ann", goodPassword) // the lock-out begins again
	wantFault[*types.NotAuthorizedException](t, err, "Password attempts exceeded")
	f.clock.advance(time.Second)
	_, err = f.signIn(t, "ann", goodPassword)
	must(t, err)
}

func TestCodesAreSentAfterTheClockWentBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	must(t, f.signUp(t, "ann", annMail, goodPassword))
	for range 4 {
		must(t, f.resend(t, "ann"))
	}
	f.clock.advance(-24 * time.Hour)
	wantFault[*types.LimitExceededException](t, f.resend(t, "ann"), "Attempt limit exceeded, please try after some time.")
	f.clock.advance(time.Hour)
	must(t, f.resend(t, "ann"))
	must(t, f.confirm(t, "ann", f.code(t, annMail)))
}

// A code that was stolen is of no use for longer than it said.
func TestACodeLivesNoLongerAfterTheClockWentBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "ann")
	must(t, f.forgot(t, "ann"))
	code := f.code(t, annMail)
	f.clock.advance(-24 * time.Hour)
	wantFault[*types.CodeMismatchException](t, f.reset(t, "ann", wrong(code), otherPassword), "Invalid verification code provided, please try again.")
	f.clock.advance(time.Hour)
	wantFault[*types.ExpiredCodeException](t, f.reset(t, "ann", code, otherPassword), "Invalid code provided, please request a code again.")
}

func TestANewSessionOutlivesThoseOfALaterClock(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "ann")
	for range 100 {
		f.clock.advance(time.Millisecond)
		_, err := f.signIn(t, "ann", goodPassword)
		must(t, err)
	}
	f.clock.advance(-24 * time.Hour)
	got, err := f.signIn(t, "ann", goodPassword)
	must(t, err)
	_, err = f.signIn(t, "ann", goodPassword)
	must(t, err)
	_, err = f.refresh(t, *got.RefreshToken)
	must(t, err)
}
