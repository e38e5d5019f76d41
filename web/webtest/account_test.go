package webtest_test

import (
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/page"
)

// TestAccount goes through everything that happens before one is in.
func TestAccount(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	b := openBrowser(t, s.url)

	b.open("")
	b.see("Create an account")
	b.state("signin")
	b.press("Sign in")
	b.see("Enter your username.")

	b.press("Create an account")
	b.see("At least 8 characters")
	b.state("signup")
	b.fill("Username", "alice")
	b.fill("E-mail", "not an address")
	b.fill("Password", "Correct")
	b.until("some rules to be met", `document.querySelectorAll(".rules .met").length === 2`)
	b.press("Create account")
	b.see("Enter an e-mail address")
	b.state("signup-rules")
	b.fill("E-mail", "alice@example.org")
	b.press("Create account")
	b.see("does not meet every rule")
	b.fill("Password", password)
	b.press("Create account")

	b.see("Check your e-mail")
	b.see("This server sends no mail")
	b.state("confirm")
	b.pardon("400 (Bad Request)")
	b.fill("Code", "000000")
	b.press("Confirm")
	b.see("That is not the code we sent")
	b.state("confirm-wrong")
	b.fill("Code", s.code("alice@example.org", 1))
	b.press("Confirm")

	b.see("Your mailbox is ready")
	b.state("inbox-empty")

	signOutAndBack(b)
	forgotten(b, s)
	unconfirmed(b, s)
}

func signOutAndBack(b *browser) {
	b.press("Sign out")
	b.see("You are signed out")
	b.state("signed-out")
	b.fill("Username", "alice")
	b.fill("Password", "Wrong-horse-9")
	b.press("Sign in")
	b.see("Username or password is not right.")
	b.state("signin-wrong")
	b.fill("Password", password)
	b.press("Sign in")
	b.see("Your mailbox is ready")
	b.reload()
	b.see("Your mailbox is ready")
	b.press("Sign out")
	b.see("You are signed out")
	b.reload()
	b.see("Create an account")
}

// forgotten sets a new password, with a code that was sent again.
func forgotten(b *browser, s *server) {
	b.press("Forgot your password?")
	b.see("Forgotten password")
	b.state("forgot")
	b.fill("Username", "alice")
	b.press("Send the code")
	b.see("Set a new password")
	b.see("send another code (in")
	b.state("forgot-code")
	b.fill("Code", s.code("alice@example.org", 2))
	b.fill("New password", "Another-horse-9")
	b.press("Set the password")
	b.see("Your password is changed")
	b.state("signin-reset")
	b.fill("Password", "Another-horse-9")
	b.press("Sign in")
	b.see("Your mailbox is ready")
	b.press("Sign out")
	b.see("You are signed out")
}

// unconfirmed signs in to an account whose code was never entered: another one is sent.
func unconfirmed(b *browser, s *server) {
	s.pool("SignUp", map[string]any{"Username": "late", "Password": password, "UserAttributes": []map[string]string{{"Name": "email", "Value": "late@example.org"}}})
	b.fill("Username", "late")
	b.fill("Password", password)
	b.press("Sign in")
	b.see("Check your e-mail")
	b.see("A new code is on its way")
	b.fill("Code", " "+s.code("late@example.org", 2)+" ")
	b.press("Confirm")
	b.see("What others seal for late appears here")
}

// TestOwnAccount changes the password, then ends the sessions on all devices.
func TestOwnAccount(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := s.signUp("alice")
	b, lost := openBrowser(t, s.url), openBrowser(t, s.url)
	b.signIn(alice)
	b.press("Account of alice")
	b.see("You are signed in as alice.")
	b.state("account")
	b.pardon("400 (Bad Request)")
	b.fill("Present password", "Wrong-horse-9")
	b.fill("New password", "Another-horse-9")
	b.press("Change the password")
	b.see("That is not your present password.")
	b.fill("Present password", alice.password)
	b.press("Change the password")
	b.see("Your password is changed")
	b.state("account-changed")

	lost.signIn(person{name: alice.name, password: "Another-horse-9"})
	b.press("Sign out everywhere")
	b.see("You are signed out")
	lost.pardon("401 (Unauthorized)")
	lost.pardon("400 (Bad Request)")
	lost.reload()
	lost.see("Your session has ended")
}

// TestAnotherCode waits until another code may be asked for, asks, and gets in with
// it. The page's seconds are short here.
func TestAnotherCode(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	b := openBrowser(t, s.url)
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `{ const real = window.setInterval; window.setInterval = (run, ms) => real(run, ms / 20); }`,
	})
	b.open("#/sign-up")
	b.fill("Username", "alice")
	b.fill("E-mail", "alice@example.org")
	b.fill("Password", password)
	b.press("Create account")
	b.see("Check your e-mail")
	resend := `[...document.querySelectorAll("button")].find((b) => b.textContent.startsWith("send another code"))`
	b.until("the button to rest", resend+`.getAttribute("aria-disabled") === "true"`)
	b.until("the wait to be over", resend+`.textContent === "send another code"`)
	b.press("send another code")
	b.see("A new code is on its way")
	b.fill("Code", s.code("alice@example.org", 2))
	b.press("Confirm")
	b.see("Your mailbox is ready")
}

// TestPasswordPolicy shows the rules of a pool that has others than the embedded one.
func TestPasswordPolicy(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	end := s.make("GET", "/config.json", answer(http.StatusOK, "application/json", `{"apiUrl":"","region":"local","cognito":{"endpoint":"/cognito-idp/",
		"userPoolId":"p","clientId":"c","passwordPolicy":{"minimumLength":12,"lowercase":true,"uppercase":true,"numbers":true,"symbols":false}}}`))
	defer end()
	b := openBrowser(t, s.url)
	b.open("#/sign-up")
	b.see("At least 12 characters")
	b.dontSee("A symbol")
	b.fill("Password", "Correcthorse")
	b.until("three rules to be met", `document.querySelectorAll(".rules .met").length === 3`)
	b.fill("Password", "Correcthorse9")
	b.until("all rules to be met", `document.querySelectorAll(".rules .met").length === 4`)
}
