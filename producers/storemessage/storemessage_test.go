package storemessage_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
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

	mu      sync.Mutex
	blobs   map[string]ports.Blob
	blobErr error
	bus     handlertest.Bus
}

func newWorld() *world {
	return &world{user: bob, blobs: map[string]ports.Blob{}}
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

func (w *world) CreateBlob(_ context.Context, key string, blob ports.Blob) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.blobErr != nil {
		return w.blobErr
	}
	if _, taken := w.blobs[key]; taken {
		return ports.ErrExists
	}
	w.blobs[key] = blob
	return nil
}

func (w *world) DescribeBlob(_ context.Context, key string) (ports.BlobInfo, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	blob, ok := w.blobs[key]
	if !ok {
		return ports.BlobInfo{}, ports.ErrNotFound
	}
	return ports.BlobInfo{Key: key, Metadata: maps.Clone(blob.Metadata)}, nil
}

func (w *world) function() rest.Function {
	return storemessage.New(storemessage.Deps{Users: w, Keys: w, Blobs: w, Bus: &w.bus, Now: handlertest.Now, Log: handlertest.Log})
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

func stored(t *testing.T, w *world) events.MessageStored {
	t.Helper()
	published := w.bus.Published()
	if len(published) != 1 {
		t.Fatalf("published %v", published)
	}
	data, ok := published[0].Data.(events.MessageStored)
	if !ok {
		t.Fatalf("published %T", published[0].Data)
	}
	return data
}

func TestAMessageIsSealedStoredAndAnnounced(t *testing.T) {
	t.Parallel()
	w := newWorld()
	res := handlertest.Call(t, w.function(), post(header("Content-Disposition", `attachment; filename="notes.txt"`)))
	handlertest.Expect(t, res, http.StatusAccepted, "")
	m := stored(t, w)
	want := events.MessageStored{
		MessageID: m.MessageID, SenderID: handlertest.CallerID, RecipientID: bob.ID, ObjectKey: "messages/" + m.MessageID,
		KeyID: bob.KeyID, WrappedKey: []byte("wrapped under bob-key"), Algorithm: seal.Algorithm, Size: 5,
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Error(diff)
	}
	if res.Headers["Location"] != "/messages/"+m.MessageID || res.Body != `{"id":"`+m.MessageID+`"}` {
		t.Errorf("answered %+v", res)
	}
	ec := seal.Context{MessageID: m.MessageID, SenderID: m.SenderID, RecipientID: m.RecipientID}
	if diff := cmp.Diff(ports.EncryptionContext(ec.Map()), w.wrapped); diff != "" {
		t.Errorf("encryption context\n%s", diff)
	}
	h, body, err := seal.Open([]byte(strings.Repeat("k", seal.KeySize)), ec, w.blobs[m.ObjectKey].Body)
	if err != nil || string(body) != "hello" || h != (seal.Header{Filename: "notes.txt", ContentType: "text/plain"}) {
		t.Errorf("opened %q %+v, %v", body, h, err)
	}
	if strings.Trim(string(w.key), "\x00") != "" {
		t.Error("the plaintext key was not wiped")
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
	detail, err := events.EncodeDetail(w.bus.Published()[0])
	if err != nil {
		t.Fatal(err)
	}
	clear := string(detail)
	for key, blob := range w.blobs {
		md, err := json.Marshal(blob.Metadata)
		if err != nil {
			t.Fatal(err)
		}
		clear += key + string(md) + string(blob.Body)
	}
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
	w.bus.Err = errors.New("the bus is out")
	handlertest.Expect(t, handlertest.Call(t, w.function(), withKey), http.StatusInternalServerError, "internal")
	w.bus.Err = nil
	first := handlertest.Call(t, w.function(), withKey)
	second := handlertest.Call(t, w.function(), withKey)
	if first.StatusCode != http.StatusAccepted || first.Body != second.Body || len(w.blobs) != 1 {
		t.Fatalf("%+v\n%+v\n%d objects", first, second, len(w.blobs))
	}
	published := w.bus.Published()
	if len(published) != 2 || !cmp.Equal(published[0], published[1]) {
		t.Errorf("the retries published different events: %v", published)
	}
	for key, blob := range w.blobs {
		fromObject, err := claimcheck.Event(ports.BlobInfo{Key: key, Metadata: blob.Metadata})
		if err != nil || !cmp.Equal(fromObject, published[0]) {
			t.Errorf("the object says %+v, %v", fromObject, err)
		}
	}
}

func TestAnIdempotencyKeyIsForOneMessageOfOneSender(t *testing.T) {
	t.Parallel()
	w := newWorld()
	key := header("Idempotency-Key", "k1")
	handlertest.Expect(t, handlertest.Call(t, w.function(), post(key)), http.StatusAccepted, "")
	other := post(func(r *lambdaevents.APIGatewayProxyRequest) { key(r); r.Body = "b3RoZXIgYm9keQ==" })
	handlertest.Expect(t, handlertest.Call(t, w.function(), other), http.StatusUnprocessableEntity, "idempotency-key-reused")
	w.user = ports.User{ID: "carol-id", Username: "bob", KeyID: "k", TopicID: "t"}
	handlertest.Expect(t, handlertest.Call(t, w.function(), post(key)), http.StatusUnprocessableEntity, "idempotency-key-reused")
	w.user = bob
	stranger := post(func(r *lambdaevents.APIGatewayProxyRequest) {
		key(r)
		r.RequestContext.Authorizer["claims"] = map[string]any{"token_use": "id", "sub": "somebody-else", "cognito:username": "x"}
	})
	handlertest.Expect(t, handlertest.Call(t, w.function(), stranger), http.StatusAccepted, "")
	if len(w.blobs) != 2 {
		t.Errorf("%d objects, want one of each sender", len(w.blobs))
	}
}

func TestNothingIsAcknowledgedThatIsNotDurable(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]func(*world){
		"users": func(w *world) { w.userErr = errOut },
		"keys":  func(w *world) { w.keyErr = errOut },
		"blobs": func(w *world) { w.blobErr = errOut },
		"bus":   func(w *world) { w.bus.Err = errOut },
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
		"long filename":      {disposition(`attachment; filename="` + strings.Repeat("n", 256) + `"`), 400, "bad-filename"},
		"not a disposition":  {disposition(`;;;`), 400, "bad-filename"},
		"huge disposition":   {disposition(strings.Repeat("x", 3000)), 400, "bad-filename"},
		"not a type":         {header("Content-Type", "text"+strings.Repeat("/", 3)), 400, "bad-content-type"},
		"long type":          {header("Content-Type", "text/"+strings.Repeat("x", 300)), 400, "bad-content-type"},
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
			if len(w.blobs) != 0 || len(w.bus.Published()) != 0 {
				t.Error("something was stored or published")
			}
		})
	}
}

func TestARecipientWithoutKeyOrTopicIsNotReady(t *testing.T) {
	t.Parallel()
	for _, user := range []ports.User{{ID: "b", Username: "bob", TopicID: "t"}, {ID: "b", Username: "bob", KeyID: "k"}} {
		w := newWorld()
		w.user = user
		res := handlertest.Call(t, w.function(), post(nil))
		handlertest.Expect(t, res, http.StatusConflict, "recipient-not-ready")
		if res.Headers["Retry-After"] == "" {
			t.Error("no Retry-After")
		}
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
		if (res.Headers["Retry-After"] != "") != (c.status == http.StatusConflict) || len(w.blobs) > 0 {
			t.Errorf("%v, %v: answered %+v, stored %d", c.age, c.err, res, len(w.blobs))
		}
	}
}

func TestAnEmptyBodyWithoutATypeIsAMessageToo(t *testing.T) {
	t.Parallel()
	w := newWorld()
	res := handlertest.Call(t, w.function(), post(func(r *lambdaevents.APIGatewayProxyRequest) {
		delete(r.Headers, "Content-Type")
		r.Body = ""
	}))
	handlertest.Expect(t, res, http.StatusAccepted, "")
	if m := stored(t, w); m.Size != 0 {
		t.Errorf("%+v", m)
	}
}
