package webtest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/chromedp/chromedp"
)

// The origins that the page talks to on AWS besides API and user pool, which are the
// embedded server's here.
const (
	awsRegion    = "eu-central-1"
	identityHost = "cognito-identity." + awsRegion + ".amazonaws.com"
	snsHost      = "sns." + awsRegion + ".amazonaws.com"
)

// fakeAWS stands for the identity pool and SNS at their real names. It checks
// signatures by AWS's own SDK.
type fakeAWS struct {
	t    *testing.T
	sub  string // whose ID token is taken
	host string // where it listens

	mu    sync.Mutex
	asked []url.Values // what SNS was asked, rightly signed
}

func startFakeAWS(t *testing.T, sub string) *fakeAWS {
	t.Helper()
	f := &fakeAWS{t: t, sub: sub}
	front := httptest.NewTLSServer(f)
	t.Cleanup(front.Close)
	f.host = strings.TrimPrefix(front.URL, "https://")
	return f
}

// flags lead a browser to it.
func (f *fakeAWS) flags() []chromedp.ExecAllocatorOption {
	return []chromedp.ExecAllocatorOption{
		chromedp.Flag("host-resolver-rules", "MAP "+identityHost+" "+f.host+", MAP "+snsHost+" "+f.host),
		chromedp.Flag("ignore-certificate-errors", true),
	}
}

// ServeHTTP implements http.Handler. CORS is as the AWS SDK for JavaScript needs it
// (SERVICES.md, "Allows CORS").
func (f *fakeAWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if r.Method == http.MethodOptions {
		w.Header().Set("Access-Control-Allow-Methods", "POST")
		w.Header().Set("Access-Control-Allow-Headers", "authorization, content-type, x-amz-date, x-amz-security-token, x-amz-target")
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		f.t.Error(err)
	}
	switch r.Host {
	case identityHost:
		f.identity(w, r, body)
	case snsHost:
		f.sns(w, r, string(body))
	default:
		f.t.Errorf("%s was asked", r.Host)
	}
}

var ownCredentials = aws.Credentials{AccessKeyID: "ASIAALICE", SecretAccessKey: "alices-secret", SessionToken: "alice+session/token=="}

func (f *fakeAWS) identity(w http.ResponseWriter, r *http.Request, body []byte) {
	var in struct {
		IdentityPoolID, IdentityID string
		Logins                     map[string]string
	}
	if err := json.Unmarshal(body, &in); err != nil || r.Header.Get("Authorization") != "" {
		f.t.Errorf("the identity pool was asked %s, error %v, signed %q", body, err, r.Header.Get("Authorization"))
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if f.subOf(in.Logins["cognito-idp."+awsRegion+".amazonaws.com/pool"]) != f.sub {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"NotAuthorizedException","message":"Invalid login token."}`)
		return
	}
	if in.IdentityID == "" && in.IdentityPoolID != "eu-central-1:identity-pool" {
		f.t.Errorf("the identity pool was asked %s", body)
	}
	_, _ = fmt.Fprintf(w, `{"IdentityId":"eu-central-1:alice","Credentials":{"AccessKeyId":%q,"SecretKey":%q,"SessionToken":%q,"Expiration":1.7e9}}`,
		ownCredentials.AccessKeyID, ownCredentials.SecretAccessKey, ownCredentials.SessionToken)
}

func (f *fakeAWS) subOf(token string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	var claims struct{ Sub string }
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(payload, &claims)
	}
	if err != nil {
		f.t.Errorf("the token %q: %v", token, err)
	}
	return claims.Sub
}

func (f *fakeAWS) sns(w http.ResponseWriter, r *http.Request, body string) {
	in, err := url.ParseQuery(body)
	if want := f.signature(r, body); err != nil || r.Header.Get("Authorization") != want {
		f.t.Errorf("SNS was asked %q, error %v, signed\n%s, want\n%s", body, err, r.Header.Get("Authorization"), want)
	}
	w.Header().Set("Content-Type", "text/xml")
	code, status := "", http.StatusOK
	switch in.Get("Token") {
	case "old":
		code, status = "InvalidParameter", http.StatusBadRequest
	case "forbidden":
		code, status = "AuthorizationError", http.StatusForbidden
	case "broken":
		code, status = "InternalError", http.StatusInternalServerError
	}
	w.WriteHeader(status)
	if code != "" {
		_, _ = fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>why</Message></Error><RequestId>the-request</RequestId></ErrorResponse>", code)
		return
	}
	_, _ = io.WriteString(w, "<Response><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></Response>")
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, in)
}

// signature is what AWS's SDK signs such a request with, at the same time.
func (f *fakeAWS) signature(r *http.Request, body string) string {
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || time.Since(at).Abs() > time.Minute {
		f.t.Errorf("signed at %s: %v", r.Header.Get("X-Amz-Date"), err)
	}
	again, err := http.NewRequestWithContext(r.Context(), r.Method, "https://"+r.Host+r.URL.RequestURI(), nil)
	if err != nil {
		f.t.Error(err)
		return ""
	}
	again.Header.Set("Content-Type", r.Header.Get("Content-Type"))
	hash := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(r.Context(), ownCredentials, again, hex.EncodeToString(hash[:]), "sns", awsRegion, at); err != nil {
		f.t.Error(err)
	}
	return again.Header.Get("Authorization")
}

// requests are what SNS was asked, and did.
func (f *fakeAWS) requests() []url.Values {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asked)
}
