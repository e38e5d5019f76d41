package storemessage_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/claimcheck"
	"github.com/sealpost/sealpost/internal/rest"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/producers/storemessage"
	"github.com/sealpost/sealpost/seal"
)

var (
	bob    = ports.User{ID: "bob-id", Username: "bob", KeyID: "bob-key", TopicID: "bob-topic"}
	errOut = errors.New("the store is out")
)

// world is what the producer talks to.
type world struct {
	ports.UserDirectory
	user    ports.User
	userErr error
	key     []byte
	keyErr  error
	wrapped ports.EncryptionContext

	mu       sync.Mutex
	claims   map[string]ports.Claim // by place
	claimErr error
}

func newWorld() *world {
	return &world{user: bob, claims: map[string]ports.Claim{}}
}

func (w *world) ByUsername(_ context.Context, username string) (ports.User, error) {
	if w.userErr == nil && username != w.user.Username {
		return ports.User{}, ports.ErrNotFound
	}
	return w.user, w.userErr
}

func (w *world) GenerateDataKey(_ context.Context, owner ports.User, ec ports.EncryptionContext) (ports.DataKey, error) {
	w.wrapped = ec
	w.key = []byte(strings.Repeat("k", seal.KeySize))
	return ports.DataKey{KeyID: owner.KeyID, Plaintext: w.key, Wrapped: []byte("wrapped under " + owner.KeyID)}, w.keyErr
}

func (w *world) Claim(_ context.Context, c ports.Claim) (ports.Claim, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.claimErr != nil {
		return ports.Claim{}, w.claimErr
	}
	data, ok := c.Event.Data.(events.MessageStored)
	if !ok {
		return ports.Claim{}, fmt.Errorf("claimed %T", c.Event.Data)
	}
	place := data.ObjectKey
	if first, taken := w.claims[place]; taken {
		return first, nil
	}
	w.claims[place] = c
	return c, nil
}

func (w *world) function() rest.Function {
	return storemessage.New(storemessage.Deps{Users: w, Keys: w, Claims: w, Now: handlertest.Now, Log: handlertest.Log})
}

func post(edit func(*lambdaevents.APIGatewayProxyRequest)) lambdaevents.APIGatewayProxyRequest {
	return handlertest.Request(func(r *lambdaevents.APIGatewayProxyRequest) {
		r.QueryStringParameters["to"] = "bob"
		r.Headers["Content-Type"] = "text/plain"
		r.Body, r.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte("hello")), true
		if edit != nil {
			edit(r)
		}
	})
}

func header(name, value string) func(*lambdaevents.APIGatewayProxyRequest) {
	return func(r *lambdaevents.APIGatewayProxyRequest) { r.Headers[name] = value }
}

// stored returns what was accepted, which has to be one message.
func stored(t *testing.T, w *world) (events.MessageStored, ports.Claim) {
	t.Helper()
	for place, c := range w.claims {
		data, ok := c.Event.Data.(events.MessageStored)
		if ok && len(w.claims) == 1 && data.ObjectKey == place {
			return data, c
		}
	}
	t.Fatalf("accepted %v", w.claims)
	return events.MessageStored{}, ports.Claim{}
}

func TestAMessageIsSealedStoredAndAnnounced(t *testing.T) {
	t.Parallel()
	w := newWorld()
	res := handlertest.Call(t, w.function(), post(header("Content-Disposition", `attachment; filename="notes.txt"`)))
	handlertest.Expect(t, res, http.StatusAccepted, "")
	m, c := stored(t, w)
	want := events.MessageStored{
		MessageID: m.MessageID, SenderID: handlertest.CallerID, RecipientID: bob.ID, ObjectKey: m.ObjectKey,
		KeyID: bob.KeyID, WrappedKey: []byte("wrapped under bob-key"), Algorithm: seal.Algorithm, Size: 5,
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(m.ObjectKey, "sealed/") || len(m.ObjectKey) != len("sealed/")+64 || c.Fingerprint != "" {
		t.Errorf("stored at %s with fingerprint %q", m.ObjectKey, c.Fingerprint)
	}
	if res.Headers["Location"] != "/messages/"+m.MessageID || res.Body != `{"id":"`+m.MessageID+`"}` {
		t.Errorf("answered %+v", res)
	}
	ec := seal.Context{MessageID: m.MessageID, SenderID: m.SenderID, RecipientID: m.RecipientID}
	if diff := cmp.Diff(ports.EncryptionContext(ec.Map()), w.wrapped); diff != "" {
		t.Errorf("encryption context\n%s", diff)
	}
	h, body, err := seal.Open([]byte(strings.Repeat("k", seal.KeySize)), ec, c.Body)
	if err != nil || string(body) != "hello" || h != (seal.Header{Filename: "notes.txt", ContentType: "text/plain"}) {
		t.Errorf("opened %q %+v, %v", body, h, err)
	}
	if strings.Trim(string(w.key), "\x00") != "" {
		t.Error("the plaintext key was not wiped")
	}
}

// The filename is what the header's parameters say, whatever a quoted string holds.
func TestTheFilenameIsThatOfTheHeader(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		`attachment; filename="x; filename*=utf-8''annex%E2%80%AEgpj.exe; y"`: "x; filename*=utf-8''annex%E2%80%AEgpj.exe; y",
		`attachment; filename*=iso-8859-1''na%EFve.txt`:                       "naïve.txt",
		`attachment; filename=a.txt; filename*=utf-8''b.txt`:                  "b.txt",
	} {
		w := newWorld()
		handlertest.Expect(t, handlertest.Call(t, w.function(), post(header("Content-Disposition", value))), http.StatusAccepted, "")
		m, c := stored(t, w)
		ec := seal.Context{MessageID: m.MessageID, SenderID: m.SenderID, RecipientID: m.RecipientID}
		h, _, err := seal.Open([]byte(strings.Repeat("k", seal.KeySize)), ec, c.Body)
		if err != nil || h.Filename != want {
			t.Errorf("%s: %q, %v; want %q", value, h.Filename, err, want)
		}
	}
}

// Rule 6: what is sealed is nowhere in the clear.
func TestNothingSealedIsInTheEventOrTheMetadata(t *testing.T) {
	t.Parallel()
	w := newWorld()
	handlertest.Call(t, w.function(), post(func(r *lambdaevents.APIGatewayProxyRequest) {
		r.Headers["Content-Type"] = "application/x-secret"
		r.Headers["Content-Disposition"] = `attachment; filename="layoffs.pdf"`
		r.Headers["Idempotency-Key"] = "my-clients-string"
	}))
	_, c := stored(t, w)
	detail, err := events.EncodeDetail(c.Event)
	if err != nil {
		t.Fatal(err)
	}
	key, blob, err := claimcheck.Blob(c)
	if err != nil {
		t.Fatal(err)
	}
	clear := string(detail) + key + fmt.Sprint(blob.Metadata) + string(blob.Body)
	for _, secret := range []string{"x-secret", "layoffs", "hello", "my-clients-string"} {
		if strings.Contains(clear, secret) {
			t.Errorf("%q is in the clear", secret)
		}
	}
}

func TestARetryStoresNothingMore(t *testing.T) {
	t.Parallel()
	w := newWorld()
	withKey := post(header("Idempotency-Key", "k1"))
	w.claimErr = errOut
	handlertest.Expect(t, handlertest.Call(t, w.function(), withKey), http.StatusInternalServerError, "internal")
	w.claimErr = nil
	first := handlertest.Call(t, w.function(), withKey)
	second := handlertest.Call(t, w.function(), withKey)
	if first.StatusCode != http.StatusAccepted || first.Body != second.Body || len(w.claims) != 1 {
		t.Fatalf("%+v\n%+v\n%d messages", first, second, len(w.claims))
	}
}

// Whatever differs makes another message, though all bodies are of one size.
func TestAnIdempotencyKeyIsForOneMessage(t *testing.T) {
	t.Parallel()
	type edit = func(*lambdaevents.APIGatewayProxyRequest)
	disposition := header("Content-Disposition", `attachment; filename="log.txt"`)
	for name, other := range map[string]edit{
		"body": func(r *lambdaevents.APIGatewayProxyRequest) {
			r.Body = base64.StdEncoding.EncodeToString([]byte("HELLO"))
		},
		"no body":  func(r *lambdaevents.APIGatewayProxyRequest) { r.Body = "" },
		"filename": header("Content-Disposition", `attachment; filename="LOG.txt"`),
		"no filename": func(r *lambdaevents.APIGatewayProxyRequest) {
			delete(r.Headers, "Content-Disposition")
		},
		"type": header("Content-Type", "text/html"),
		// A byte that moves from the filename to the type.
		"cut": func(r *lambdaevents.APIGatewayProxyRequest) {
			r.Headers["Content-Disposition"] = `attachment; filename="log.tx"`
			r.Headers["Content-Type"] = "ttext/plain"
		},
		"recipient": func(r *lambdaevents.APIGatewayProxyRequest) { r.QueryStringParameters["to"] = "carol" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			request := func(more edit) lambdaevents.APIGatewayProxyRequest {
				return post(func(r *lambdaevents.APIGatewayProxyRequest) {
					r.Headers["Idempotency-Key"] = "k1"
					disposition(r)
					if more != nil {
						more(r)
					}
				})
			}
			first := handlertest.Call(t, w.function(), request(nil))
			handlertest.Expect(t, first, http.StatusAccepted, "")
			if name == "recipient" {
				w.user = ports.User{ID: "carol-id", Username: "carol", KeyID: "k", TopicID: "t"}
			}
			handlertest.Expect(t, handlertest.Call(t, w.function(), request(other)), http.StatusUnprocessableEntity, "idempotency-key-reused")
			w.user = bob
			if again := handlertest.Call(t, w.function(), request(nil)); again.Body != first.Body || len(w.claims) != 1 {
				t.Errorf("the retry: %+v, %d messages", again, len(w.claims))
			}
		})
	}
}

// What one sender does under a key is nothing to another, nor to posts without one.
func TestIdempotencyKeysOfSendersAreApart(t *testing.T) {
	t.Parallel()
	w := newWorld()
	key := header("Idempotency-Key", "k1")
	stranger := post(func(r *lambdaevents.APIGatewayProxyRequest) {
		key(r)
		r.RequestContext.Authorizer["claims"] = map[string]any{"token_use": "id", "sub": "another-user", "cognito:username": "x"}
	})
	for _, request := range []lambdaevents.APIGatewayProxyRequest{post(key), stranger, post(nil), post(nil)} {
		handlertest.Expect(t, handlertest.Call(t, w.function(), request), http.StatusAccepted, "")
	}
	if len(w.claims) != 4 {
		t.Errorf("%d messages, want 4", len(w.claims))
	}
}

func TestNothingIsAcknowledgedThatIsNotDurable(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]func(*world){
		"users":  func(w *world) { w.userErr = errOut },
		"keys":   func(w *world) { w.keyErr = errOut },
		"claims": func(w *world) { w.claimErr = errOut },
	} {
		w := newWorld()
		broken(w)
		res := handlertest.Call(t, w.function(), post(nil))
		handlertest.Expect(t, res, http.StatusInternalServerError, "internal")
		if strings.Contains(res.Body, errOut.Error()) {
			t.Errorf("%s: the caller sees the cause", name)
		}
	}
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	type edit = func(*lambdaevents.APIGatewayProxyRequest)
	disposition := func(v string) edit { return header("Content-Disposition", v) }
	to := func(v string) edit {
		return func(r *lambdaevents.APIGatewayProxyRequest) { r.QueryStringParameters["to"] = v }
	}
	for name, c := range map[string]struct {
		edit    edit
		status  int
		problem string
	}{
		"no recipient":       {to(""), 400, "bad-recipient"},
		"long recipient":     {to(strings.Repeat("b", 129)), 400, "bad-recipient"},
		"unknown recipient":  {to("mallory"), 404, "recipient-not-found"},
		"path in a filename": {disposition(`attachment; filename="../../etc/passwd"`), 400, "bad-filename"},
		"backslash":          {disposition(`attachment; filename*=UTF-8''a%5Cb`), 400, "bad-filename"},
		"dot dot":            {disposition(`attachment; filename=".."`), 400, "bad-filename"},
		"header injection":   {disposition(`attachment; filename*=UTF-8''a%0D%0ASet-Cookie:%20x`), 400, "bad-filename"},
		"turned around":      {disposition(`attachment; filename*=UTF-8''gpj%E2%80%AEexe`), 400, "bad-filename"},
		"line separator":     {disposition(`attachment; filename*=UTF-8''a%E2%80%A8b`), 400, "bad-filename"},
		"turned in Latin-1":  {disposition(`attachment; filename*=iso-8859-1''a%9Fb`), 400, "bad-filename"},
		"bad percents":       {disposition(`attachment; filename*=UTF-8''a%zz`), 400, "bad-filename"},
		"unknown charset":    {disposition(`attachment; filename*=koi8-r''%CF`), 400, "bad-filename"},
		"pieces":             {disposition(`attachment; filename*0="a/"; filename*1=b`), 400, "bad-filename"},
		"two names":          {disposition(`attachment; filename=a; filename="../b"`), 400, "bad-filename"},
		"long encoded name":  {disposition(`attachment; filename*=iso-8859-1''` + strings.Repeat("%EF", 128)), 400, "bad-filename"},
		"long filename":      {disposition(`attachment; filename="` + strings.Repeat("n", 256) + `"`), 400, "bad-filename"},
		"not a disposition":  {disposition(`;;;`), 400, "bad-filename"},
		"huge disposition":   {disposition(strings.Repeat("x", 3000)), 400, "bad-filename"},
		"not a type":         {header("Content-Type", "text"+strings.Repeat("/", 3)), 400, "bad-content-type"},
		"long type":          {header("Content-Type", "text/"+strings.Repeat("x", 300)), 400, "bad-content-type"},
		"a form":             {header("Content-Type", `Multipart/form-data; boundary=x`), 415, "unsupported-media-type"},
		"gzip":               {header("Content-Encoding", "gzip"), 415, "unsupported-media-type"},
		"empty key":          {header("Idempotency-Key", ""), 400, "bad-idempotency-key"},
		"blank key":          {header("idempotency-key", "  "), 400, "bad-idempotency-key"},
		"long key":           {header("Idempotency-Key", strings.Repeat("k", 256)), 400, "bad-idempotency-key"},
		"key not ASCII":      {header("Idempotency-Key", "ключ"), 400, "bad-idempotency-key"},
		"too large": {func(r *lambdaevents.APIGatewayProxyRequest) {
			r.Body = base64.StdEncoding.EncodeToString(make([]byte, rest.MaxBody+1))
		}, 413, "too-large"},
		"two keys": {func(r *lambdaevents.APIGatewayProxyRequest) {
			r.MultiValueHeaders = map[string][]string{"Idempotency-Key": {"a", "b"}}
		}, 400, "bad-header"},
		"two recipients": {func(r *lambdaevents.APIGatewayProxyRequest) {
			r.MultiValueQueryStringParameters = map[string][]string{"to": {"a", "b"}}
		}, 400, "bad-parameter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			handlertest.Expect(t, handlertest.Call(t, w.function(), post(c.edit)), c.status, c.problem)
			if len(w.claims) != 0 {
				t.Error("something was stored")
			}
		})
	}
}

func TestARecipientWithoutAKeyIsNotReady(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.user = ports.User{ID: "b", Username: "bob", TopicID: "t"}
	res := handlertest.Call(t, w.function(), post(nil))
	handlertest.Expect(t, res, http.StatusConflict, "recipient-not-ready")
	if res.Headers["Retry-After"] == "" {
		t.Error("no Retry-After")
	}
}

// The key service may not know a new key everywhere; an old one that it refuses is a
// failure that has to raise an alarm.
func TestAFreshKeyThatIsRefusedIsNotReady(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		age     time.Duration
		err     error
		status  int
		problem string
	}{
		{0, ports.ErrNotFound, http.StatusConflict, "recipient-not-ready"},
		{5 * time.Minute, ports.ErrForbidden, http.StatusConflict, "recipient-not-ready"},
		{time.Minute, errOut, http.StatusInternalServerError, "internal"},
		{time.Hour, ports.ErrNotFound, http.StatusInternalServerError, "internal"},
		{time.Hour, ports.ErrForbidden, http.StatusInternalServerError, "internal"},
	} {
		w := newWorld()
		w.user.KeyedAt, w.keyErr = handlertest.Now().Add(-c.age), c.err
		res := handlertest.Call(t, w.function(), post(nil))
		handlertest.Expect(t, res, c.status, c.problem)
		if (res.Headers["Retry-After"] != "") != (c.status == http.StatusConflict) || len(w.claims) > 0 {
			t.Errorf("%v, %v: answered %+v, stored %d", c.age, c.err, res, len(w.claims))
		}
	}
}

// A missing topic costs the notification and nothing else.
func TestARecipientWithoutATopicIsReady(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.user.TopicID = ""
	handlertest.Expect(t, handlertest.Call(t, w.function(), post(nil)), http.StatusAccepted, "")
}

func TestAnEmptyBodyWithoutATypeIsAMessageToo(t *testing.T) {
	t.Parallel()
	w := newWorld()
	res := handlertest.Call(t, w.function(), post(func(r *lambdaevents.APIGatewayProxyRequest) {
		delete(r.Headers, "Content-Type")
		r.Body = ""
	}))
	handlertest.Expect(t, res, http.StatusAccepted, "")
	if m, _ := stored(t, w); m.Size != 0 {
		t.Errorf("%+v", m)
	}
}
