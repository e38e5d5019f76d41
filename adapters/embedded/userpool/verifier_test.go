package userpool_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/embedded/userpool"
)

// forge signs claims with a key of the test's.
func forge(t *testing.T, alg jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	must(t, err)
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	must(t, err)
	return token
}

// unsigned writes a token with any header and no signature.
func unsigned(t *testing.T, header map[string]any, claims map[string]any) string {
	t.Helper()
	h, err := json.Marshal(header)
	must(t, err)
	c, err := json.Marshal(claims)
	must(t, err)
	return base64.RawURLEncoding.EncodeToString(h) + "." + base64.RawURLEncoding.EncodeToString(c) + "."
}

var strangersKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func (f *fixture) publicKey(t *testing.T) (*rsa.PublicKey, string) {
	t.Helper()
	res, err := f.server.Client().Get(f.server.URL + "/cognito-idp/" + f.pool.PoolID() + "/.well-known/jwks.json")
	must(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	var set jose.JSONWebKeySet
	must(t, json.Unmarshal(body, &set))
	if strings.Contains(string(body), `"d":`) || len(set.Keys) != 1 {
		t.Fatalf("JWKS %s", body)
	}
	key, ok := set.Keys[0].Key.(*rsa.PublicKey)
	if !ok || set.Keys[0].Algorithm != "RS256" || set.Keys[0].Use != "sig" || !set.Keys[0].Valid() {
		t.Fatalf("JWKS %s", body)
	}
	return key, set.Keys[0].KeyID
}

func TestForgedTokens(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	session := f.register(t, "ann")
	good, now := claimsOf(t, *session.IdToken), f.clock.Now()
	public, kid := f.publicKey(t)
	stranger, err := strangersKey()
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(public)
	must(t, err)
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	parts := strings.Split(*session.IdToken, ".")
	other := newFixture(t).register(t, "ann")

	tokens := map[string]string{
		"empty": "", "dots": "..", "words": "not a token", "four parts": *session.IdToken + ".x", "two parts": parts[0] + "." + parts[1],
		"no signature": parts[0] + "." + parts[1] + ".", "half a signature": (*session.IdToken)[:len(*session.IdToken)-20],
		"alg none": unsigned(t, map[string]any{"alg": "none", "kid": kid}, good), "alg None": unsigned(t, map[string]any{"alg": "None", "kid": kid}, good),
		"alg none, signed":          unsigned(t, map[string]any{"alg": "none", "kid": kid}, good) + parts[2],
		"HS256 with the public key": forge(t, jose.HS256, publicPEM, kid, good), "HS256 with its DER": forge(t, jose.HS256, der, kid, good),
		"HS256 with its modulus": forge(t, jose.HS256, public.N.Bytes(), kid, good),
		"RS512":                  forge(t, jose.RS512, stranger, kid, good), "PS256": forge(t, jose.PS256, stranger, kid, good),
		"another key with our kid": forge(t, jose.RS256, stranger, kid, good), "another key": forge(t, jose.RS256, stranger, "stranger", good),
		"no kid":                    forge(t, jose.RS256, stranger, "", good),
		"another pool's token":      *other.IdToken,
		"an access token":           *session.AccessToken,
		"a refresh token":           *session.RefreshToken,
		"other claims":              parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"eve"}`)) + "." + parts[2],
		"its own key in the header": unsigned(t, map[string]any{"alg": "RS256", "kid": kid, "jwk": jose.JSONWebKey{Key: &stranger.PublicKey}}, good) + parts[2],
		"huge":                      parts[0] + "." + strings.Repeat("A", 1<<20) + "." + parts[2],
		"a JSON serialization":      `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
	}
	for name, token := range tokens {
		claims, err := f.pool.Verifier().Verify(t.Context(), token, now)
		if !errors.Is(err, userpool.ErrTokenInvalid) || claims != nil {
			t.Errorf("%s: %v, %v", name, claims, err)
		} else if len(err.Error()) > 80 {
			t.Errorf("%s: the error says too much: %v", name, err)
		}
	}
}

// signed makes a token with the pool's own key, which nobody outside can.
func TestTokensThatThePoolWouldNotMake(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	good, now := claimsOf(t, *f.register(t, "ann").IdToken), f.clock.Now()
	unix := float64(now.Unix())
	for name, test := range map[string]struct {
		change map[string]any
		want   error
	}{
		"as it is":                 {nil, nil},
		"another issuer":           {map[string]any{"iss": "http://evil.test"}, userpool.ErrTokenInvalid},
		"no issuer":                {map[string]any{"iss": nil}, userpool.ErrTokenInvalid},
		"another audience":         {map[string]any{"aud": "otherclient"}, userpool.ErrTokenInvalid},
		"no audience":              {map[string]any{"aud": nil}, userpool.ErrTokenInvalid},
		"two audiences":            {map[string]any{"aud": []string{f.pool.ClientID(), "x"}}, userpool.ErrTokenInvalid},
		"access":                   {map[string]any{"token_use": "access"}, userpool.ErrTokenInvalid},
		"no use":                   {map[string]any{"token_use": nil}, userpool.ErrTokenInvalid},
		"no expiry":                {map[string]any{"exp": nil}, userpool.ErrTokenInvalid},
		"expiry as text":           {map[string]any{"exp": "9999999999"}, userpool.ErrTokenInvalid},
		"absurd expiry":            {map[string]any{"exp": 1e300}, userpool.ErrTokenInvalid},
		"negative expiry":          {map[string]any{"exp": -1}, userpool.ErrTokenInvalid},
		"no time":                  {map[string]any{"iat": nil}, userpool.ErrTokenInvalid},
		"from the future":          {map[string]any{"iat": unix + 11}, userpool.ErrTokenInvalid},
		"from a fast clock":        {map[string]any{"iat": unix + 9}, nil},
		"not yet":                  {map[string]any{"nbf": unix + 11}, userpool.ErrTokenInvalid},
		"not before, as text":      {map[string]any{"nbf": "0"}, userpool.ErrTokenInvalid},
		"just now":                 {map[string]any{"nbf": unix + 9}, nil},
		"expired":                  {map[string]any{"exp": unix - 10}, userpool.ErrTokenExpired},
		"expired for a slow clock": {map[string]any{"exp": unix - 9}, nil},
		"expired, other audience":  {map[string]any{"exp": unix - 10, "aud": "x"}, userpool.ErrTokenInvalid},
	} {
		claims := maps.Clone(good)
		for k, v := range test.change {
			claims[k] = v
			if v == nil {
				delete(claims, k)
			}
		}
		token, err := userpool.Sign(f.pool, claims)
		must(t, err)
		got, err := f.pool.Verifier().Verify(t.Context(), token, now)
		if !errors.Is(err, test.want) || (err == nil) != (got != nil) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func TestTokensExpire(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	token, v := *f.register(t, "ann").IdToken, f.pool.Verifier()
	made := f.clock.Now()
	for after, want := range map[time.Duration]error{
		0: nil, time.Hour: nil, tokenLife - time.Second: nil, tokenLife: userpool.ErrTokenExpired, 24 * time.Hour: userpool.ErrTokenExpired,
		-9 * time.Second: nil, -time.Minute: userpool.ErrTokenInvalid,
	} {
		if _, err := v.Verify(t.Context(), token, made.Add(after)); !errors.Is(err, want) {
			t.Errorf("after %s: %v, want %v", after, err, want)
		}
	}
}

// The second look at a token is quicker, and no more trusting.
func TestAKnownTokenIsCheckedAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	token, v := *f.register(t, "ann").IdToken, f.pool.Verifier()
	first, err := v.Verify(t.Context(), token, f.clock.Now())
	must(t, err)
	want := maps.Clone(first)
	first["sub"] = "eve" // a caller's copy is its own
	second, err := v.Verify(t.Context(), token, f.clock.Now())
	must(t, err)
	if diff := cmp.Diff(want, second); diff != "" {
		t.Errorf("claims (-first +second):\n%s", diff)
	}
	if _, err := v.Verify(t.Context(), token, f.clock.Now().Add(tokenLife)); !errors.Is(err, userpool.ErrTokenExpired) {
		t.Errorf("Verify = %v, want ErrTokenExpired", err)
	}
	if _, err := v.Verify(t.Context(), token+"A", f.clock.Now()); !errors.Is(err, userpool.ErrTokenInvalid) {
		t.Errorf("Verify = %v, want ErrTokenInvalid", err)
	}
}

// The JWKS is what others check tokens with.
func TestOthersCanCheckTokens(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	session := f.register(t, "ann")
	public, kid := f.publicKey(t)
	for _, token := range []string{*session.IdToken, *session.AccessToken} {
		parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
		must(t, err)
		var claims jwt.Claims
		must(t, parsed.Claims(public, &claims))
		if parsed.Headers[0].KeyID != kid || claims.Issuer != f.pool.Issuer() {
			t.Errorf("token %+v %+v", parsed.Headers[0], claims)
		}
	}
	a := f.send(t, "GET", "/cognito-idp/"+f.pool.PoolID()+"/.well-known/openid-configuration", "", nil)
	var discovery map[string]any
	must(t, json.Unmarshal([]byte(a.body), &discovery))
	if discovery["issuer"] != f.pool.Issuer() || discovery["jwks_uri"] != f.pool.Issuer()+"/.well-known/jwks.json" {
		t.Errorf("discovery %s", a.body)
	}
}

// A change anywhere in a token is refused, unless it changes no byte of what the
// base64 stands for (the last character has spare bits; line breaks are skipped).
func FuzzVerify(f *testing.F) {
	fix, token := fuzzPool(f)
	v, now := fix.pool.Verifier(), fix.clock.Now()
	f.Add(token)
	f.Add(strings.ToUpper(token))
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	for i := range len(token) {
		if i%97 == 0 {
			f.Add(token[:i])
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		claims, err := v.Verify(t.Context(), s, now)
		switch {
		case err == nil && !sameBytes(s, token):
			t.Errorf("a token that was not made is good: %q", s)
		case err != nil && (claims != nil || !errors.Is(err, userpool.ErrTokenInvalid)):
			t.Errorf("%q: %v, %v", s, claims, err)
		}
	})
}

func TestEveryChangedCharacterIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	token, now := *f.register(t, "ann").IdToken, f.clock.Now()
	refused := 0
	for i := range token {
		for _, c := range []byte{token[i] ^ 1, 'A', '.'} {
			changed := token[:i] + string(c) + token[i+1:]
			if _, err := f.pool.Verifier().Verify(t.Context(), changed, now); errors.Is(err, userpool.ErrTokenInvalid) {
				refused++
			} else if !sameBytes(changed, token) {
				t.Errorf("character %d changed to %q: %v", i, c, err)
			}
		}
	}
	if refused < 2*len(token) {
		t.Errorf("only %d of %d changes were refused", refused, 3*len(token))
	}
}

// sameBytes compares what two tokens stand for.
func sameBytes(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		p, errP := base64.RawURLEncoding.DecodeString(x[i])
		q, errQ := base64.RawURLEncoding.DecodeString(y[i])
		if errP != nil || errQ != nil || !bytes.Equal(p, q) {
			return false
		}
	}
	return true
}

func BenchmarkVerify(b *testing.B) {
	fix, token := fuzzPool(b)
	v, now := fix.pool.Verifier(), fix.clock.Now()
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			userpool.Forget(v)
			if _, err := v.Verify(b.Context(), token, now); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("again", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := v.Verify(b.Context(), token, now); err != nil {
				b.Fatal(err)
			}
		}
	})
}
