package userpool_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/adapters/embedded/userpool"
)

const (
	goodPassword  = "Correct-Horse-7"
	otherPassword = "Battery-Staple-8"
	// tokenLife is that of ID and access tokens, and the leeway of their expiry.
	tokenLife = time.Hour + 10*time.Second
)

// fixture is a pool behind an HTTP server, and the real SDK's client in front.
type fixture struct {
	pool   *userpool.Pool
	server *httptest.Server
	aws    *cognito.Client
	db     *sqlite.DB
	clock  *clock
	mail   *mailer
	hook   *hook
	refuse refuser
	logs   *syncBuffer
	config userpool.Config
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	return openFixture(t, filepath.Join(t.TempDir(), "sealpost.db"), newSealer(t))
}

func openFixture(t testing.TB, path string, sealer userpool.Sealer) *fixture {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	box, err := mail.NewMailbox(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{
		db: db, clock: &clock{now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)},
		mail: &mailer{Mailbox: box}, hook: &hook{}, logs: &syncBuffer{},
	}
	f.config = userpool.Config{
		DB: db, Sealer: sealer, Mailer: f.mail, PreSignUp: f.refuse.call, PostConfirmation: f.hook.call, PostAuthentication: f.hook.signedIn,
		Issuer: "http://sealpost.test/cognito-idp", Region: "local", Now: f.clock.Now,
		Logger: slog.New(slog.NewTextHandler(f.logs, nil)),
	}
	userpool.HashCheaply(&f.config)
	if f.pool, err = userpool.New(t.Context(), f.config); err != nil {
		t.Fatal(err)
	}
	f.server = httptest.NewServer(f.pool.Handler())
	t.Cleanup(f.server.Close)
	f.aws = cognito.New(cognito.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(f.server.URL + "/cognito-idp/"),
		Credentials: aws.AnonymousCredentials{}, RetryMaxAttempts: 1,
	})
	return f
}

// clock is the pool's time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// mailer is the mailbox, with a switch that breaks it.
type mailer struct {
	*mail.Mailbox
	mu     sync.Mutex
	broken bool
}

func (m *mailer) Send(ctx context.Context, msg mail.Message) error {
	m.mu.Lock()
	broken := m.broken
	m.mu.Unlock()
	if broken {
		return errors.New("the mail server is down")
	}
	return m.Mailbox.Send(ctx, msg)
}

func (m *mailer) setBroken(broken bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = broken
}

// refuser is the pre-sign-up trigger; it has no say unless a test gives it an error.
type refuser struct {
	mu     sync.Mutex
	events []lambdaevents.CognitoEventUserPoolsPreSignup
	err    error
}

func (r *refuser) call(_ context.Context, e lambdaevents.CognitoEventUserPoolsPreSignup) (lambdaevents.CognitoEventUserPoolsPreSignup, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	return e, r.err
}

// hook is the pool's other triggers.
type hook struct {
	mu     sync.Mutex
	events []lambdaevents.CognitoEventUserPoolsPostConfirmation
	run    func(ctx context.Context, call int) error

	signIns []lambdaevents.CognitoEventUserPoolsPostAuthentication
	refuse  error // what a sign-in is answered
}

func (h *hook) signedIn(_ context.Context, e lambdaevents.CognitoEventUserPoolsPostAuthentication) (lambdaevents.CognitoEventUserPoolsPostAuthentication, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.signIns = append(h.signIns, e)
	return e, h.refuse
}

func (h *hook) call(ctx context.Context, e lambdaevents.CognitoEventUserPoolsPostConfirmation) (lambdaevents.CognitoEventUserPoolsPostConfirmation, error) {
	h.mu.Lock()
	h.events = append(h.events, e)
	run, n := h.run, len(h.events)
	h.mu.Unlock()
	if run == nil {
		return e, nil
	}
	return e, run(ctx, n)
}

func (h *hook) calls() []lambdaevents.CognitoEventUserPoolsPostConfirmation {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.events)
}

type syncBuffer struct {
	mu  sync.Mutex
	buf []byte
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.buf = append(b.buf, p...)
	return len(p), nil
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(b.buf)
}

// sealer stands for the keyring's master key.
type sealer struct{ aead cipher.AEAD }

func newSealer(t testing.TB) sealer {
	t.Helper()
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		t.Fatal(err)
	}
	return sealer{aead}
}

func (s sealer) Seal(plaintext, ad []byte) ([]byte, error) {
	return s.aead.Seal(nil, nil, plaintext, ad), nil
}

func (s sealer) Open(ciphertext, ad []byte) ([]byte, error) {
	return s.aead.Open(nil, nil, ciphertext, ad)
}

func (f *fixture) signUp(t testing.TB, username, email, password string) error {
	t.Helper()
	_, err := f.aws.SignUp(t.Context(), &cognito.SignUpInput{
		ClientId: aws.String(f.pool.ClientID()), Username: &username, Password: &password,
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &email}},
	})
	return err
}

func (f *fixture) confirm(t testing.TB, username, code string) error {
	t.Helper()
	_, err := f.aws.ConfirmSignUp(t.Context(), &cognito.ConfirmSignUpInput{
		ClientId: aws.String(f.pool.ClientID()), Username: &username, ConfirmationCode: &code,
	})
	return err
}

func (f *fixture) resend(t testing.TB, username string) error {
	t.Helper()
	_, err := f.aws.ResendConfirmationCode(t.Context(), &cognito.ResendConfirmationCodeInput{
		ClientId: aws.String(f.pool.ClientID()), Username: &username,
	})
	return err
}

func (f *fixture) forgot(t testing.TB, username string) error {
	t.Helper()
	_, err := f.aws.ForgotPassword(t.Context(), &cognito.ForgotPasswordInput{
		ClientId: aws.String(f.pool.ClientID()), Username: &username,
	})
	return err
}

func (f *fixture) reset(t testing.TB, username, code, password string) error {
	t.Helper()
	_, err := f.aws.ConfirmForgotPassword(t.Context(), &cognito.ConfirmForgotPasswordInput{
		ClientId: aws.String(f.pool.ClientID()), Username: &username, ConfirmationCode: &code, Password: &password,
	})
	return err
}

func (f *fixture) signIn(t testing.TB, username, password string) (*types.AuthenticationResultType, error) {
	t.Helper()
	return f.auth(t, types.AuthFlowTypeUserPasswordAuth, map[string]string{"USERNAME": username, "PASSWORD": password})
}

func (f *fixture) refresh(t testing.TB, token string) (*types.AuthenticationResultType, error) {
	t.Helper()
	return f.auth(t, types.AuthFlowTypeRefreshTokenAuth, map[string]string{"REFRESH_TOKEN": token})
}

func (f *fixture) auth(t testing.TB, flow types.AuthFlowType, params map[string]string) (*types.AuthenticationResultType, error) {
	t.Helper()
	out, err := f.aws.InitiateAuth(t.Context(), &cognito.InitiateAuthInput{
		AuthFlow: flow, ClientId: aws.String(f.pool.ClientID()), AuthParameters: params,
	})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

// register makes a confirmed user and signs it in.
func (f *fixture) register(t testing.TB, username string) *types.AuthenticationResultType {
	t.Helper()
	email := username + "@example.org"
	must(t, f.signUp(t, username, email, goodPassword))
	must(t, f.confirm(t, username, f.code(t, email)))
	result, err := f.signIn(t, username, goodPassword)
	must(t, err)
	return result
}

var codePattern = regexp.MustCompile(`\b[0-9]{6}\b`)

// code is the one in the newest mail to the address.
func (f *fixture) code(t testing.TB, email string) string {
	t.Helper()
	mails, err := f.mail.List(t.Context(), email, 1)
	must(t, err)
	if len(mails) == 0 {
		t.Fatalf("no mail to %s", email)
	}
	code := codePattern.FindString(mails[0].Text)
	if code == "" {
		t.Fatalf("no code in %q", mails[0].Text)
	}
	return code
}

func (f *fixture) mails(t testing.TB, email string) int {
	t.Helper()
	mails, err := f.mail.List(t.Context(), email, mail.MaxList)
	must(t, err)
	return len(mails)
}

// wrong is a code that is not the given one.
func wrong(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantFault wants the error that the SDK makes of E, with the message, if there is
// one to be exact about.
func wantFault[E smithy.APIError](t testing.TB, err error, message string) {
	t.Helper()
	got, ok := errors.AsType[E](err)
	if !ok {
		var want E
		t.Fatalf("got %v, want %T", err, want)
	}
	if message != "" && got.ErrorMessage() != message {
		t.Errorf("message %q, want %q", got.ErrorMessage(), message)
	}
}
