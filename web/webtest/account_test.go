package webtest_test

import "testing"

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
}
