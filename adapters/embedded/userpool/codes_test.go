package userpool_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const annMail = "ann@example.org"

func TestWrongCodes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	must(t, f.signUp(t, "ann", annMail, goodPassword))
	code := f.code(t, annMail)
	for _, bad := range []string{wrong(code), "0", code + "0", strings.Repeat("9", 2000), "１２３４５６"} {
		wantFault[*types.CodeMismatchException](t, f.confirm(t, "ann", bad), "Invalid verification code provided, please try again.")
	}
	// Five were wrong: not even the right one is taken now.
	wantFault[*types.TooManyFailedAttemptsException](t, f.confirm(t, "ann", code), "")
	must(t, f.resend(t, "ann"))
	must(t, f.confirm(t, "ann", f.code(t, annMail)))
	wantFault[*types.NotAuthorizedException](t, f.confirm(t, "ann", code), "User cannot be confirmed. Current status is CONFIRMED")
}

func TestWrongCodesAtOnceAreAllCounted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	must(t, f.signUp(t, "ann", annMail, goodPassword))
	code := f.code(t, annMail)
	errs := make(chan error)
	const tries = 20
	for range tries {
		go func() { errs <- f.confirm(t, "ann", wrong(code)) }()
	}
	mismatches := 0
	for range tries {
		if strings.Contains((<-errs).Error(), "CodeMismatchException") {
			mismatches++
		}
	}
	if mismatches != 5 {
		t.Errorf("%d tries were compared, want 5", mismatches)
	}
}

func TestExpiredCodes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const expired = "Invalid code provided, please request a code again."
	must(t, f.signUp(t, "ann", annMail, goodPassword))
	first := f.code(t, annMail)
	f.clock.advance(24 * time.Hour)
	wantFault[*types.ExpiredCodeException](t, f.confirm(t, "ann", first), expired)
	must(t, f.resend(t, "ann"))
	f.clock.advance(24*time.Hour - time.Second)
	must(t, f.confirm(t, "ann", f.code(t, annMail)))

	wantFault[*types.ExpiredCodeException](t, f.reset(t, "ann", "123456", otherPassword), expired) // none was asked for
	must(t, f.forgot(t, "ann"))
	code := f.code(t, annMail)
	f.clock.advance(time.Hour)
	wantFault[*types.ExpiredCodeException](t, f.reset(t, "ann", code, otherPassword), expired)
}

func TestANewCodeReplacesTheOld(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	must(t, f.signUp(t, "ann", annMail, goodPassword))
	first := f.code(t, annMail)
	second := first
	for range 4 { // two codes are equal once in a million
		must(t, f.resend(t, "ann"))
		if second = f.code(t, annMail); second != first {
			break
		}
	}
	wantFault[*types.CodeMismatchException](t, f.confirm(t, "ann", first), "")
	must(t, f.confirm(t, "ann", second))
}

func TestACodeIsForOnePurposeAndOneUser(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "ann")
	must(t, f.signUp(t, "bob", "bob@example.org", goodPassword))
	must(t, f.forgot(t, "ann"))
	code := f.code(t, annMail)
	if code != f.code(t, "bob@example.org") {
		wantFault[*types.CodeMismatchException](t, f.confirm(t, "bob", code), "")
	}
	must(t, f.reset(t, "ann", code, otherPassword))
	wantFault[*types.ExpiredCodeException](t, f.reset(t, "ann", code, otherPassword), "") // works once
}

func TestCodeSendsAreLimited(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const limited = "Attempt limit exceeded, please try after some time."
	must(t, f.signUp(t, "ann", annMail, goodPassword))
	for range 4 {
		must(t, f.resend(t, "ann"))
	}
	wantFault[*types.LimitExceededException](t, f.resend(t, "ann"), limited)
	if n := f.mails(t, annMail); n != 5 {
		t.Errorf("%d mails were sent, want 5", n)
	}
	// The code that was sent last still works, and resets are counted apart.
	must(t, f.confirm(t, "ann", f.code(t, annMail)))
	for range 3 {
		for range 5 {
			must(t, f.forgot(t, "ann"))
		}
		wantFault[*types.LimitExceededException](t, f.forgot(t, "ann"), limited)
		f.clock.advance(time.Hour)
	}
	wantFault[*types.LimitExceededException](t, f.forgot(t, "ann"), limited) // fifteen a day
	f.clock.advance(22 * time.Hour)
	must(t, f.forgot(t, "ann"))
}

// Whoever signs up under many names with somebody's address fills that mailbox
// only so far.
func TestMailToOneAddressIsLimited(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 20 {
		name := "user" + string(rune('a'+i))
		must(t, f.signUp(t, name, annMail, goodPassword))
		for range 4 {
			must(t, f.resend(t, name))
		}
	}
	err := f.signUp(t, "onemore", "ANN@example.org", goodPassword)
	wantFault[*types.LimitExceededException](t, err, "")
	f.clock.advance(time.Hour)
	must(t, f.signUp(t, "onemore", "ANN@example.org", goodPassword)) // it was not made before
}

func TestUndeliverableCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.mail.setBroken(true)
	wantFault[*types.CodeDeliveryFailureException](t, f.signUp(t, "ann", annMail, goodPassword), "")
	for range 10 { // an outage does not use up the user's mails
		wantFault[*types.CodeDeliveryFailureException](t, f.resend(t, "ann"), "")
		f.clock.advance(time.Second)
	}
	f.mail.setBroken(false)
	wantFault[*types.UsernameExistsException](t, f.signUp(t, "ann", annMail, goodPassword), "User already exists")
	must(t, f.resend(t, "ann"))
	must(t, f.confirm(t, "ann", f.code(t, annMail)))
	if logs := f.logs.String(); strings.Contains(logs, annMail) || !strings.Contains(logs, "confirmation code not sent") {
		t.Errorf("logs: %s", logs)
	}
}

func TestResendForAConfirmedUser(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "ann")
	wantFault[*types.InvalidParameterException](t, f.resend(t, "ann"), "User is already confirmed.")
}

// Names that nobody has look as if a code had been sent.
func TestUnknownNamesPretendDelivery(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	must(t, f.signUp(t, "unconfirmed", "unconfirmed@example.org", goodPassword))
	before := f.mails(t, "")
	for _, name := range []string{"nobody", "Nobody", "unconfirmed"} {
		out, err := f.aws.ForgotPassword(t.Context(), &cognito.ForgotPasswordInput{ClientId: aws.String(f.pool.ClientID()), Username: &name})
		must(t, err)
		if d := out.CodeDeliveryDetails; len(*d.Destination) != len("a***@e***") || d.DeliveryMedium != "EMAIL" {
			t.Errorf("ForgotPassword = %+v", d)
		}
	}
	must(t, f.resend(t, "nobody"))
	if after := f.mails(t, ""); after != before {
		t.Errorf("%d mails were sent", after-before)
	}
	wantFault[*types.ExpiredCodeException](t, f.confirm(t, "nobody", "123456"), "Invalid code provided, please request a code again.")
	wantFault[*types.CodeMismatchException](t, f.reset(t, "nobody", "123456", goodPassword), "Invalid verification code provided, please try again.")
}
