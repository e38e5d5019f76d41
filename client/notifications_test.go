package client_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/client"
)

const confirmationLink = "https://sns.eu-central-1.amazonaws.com/confirmation.html?TopicArn=" +
	"arn%3Aaws%3Asns%3Aeu-central-1%3A123456789012%3Asealpost-dev-user-alice-id&Token=t0ken&Endpoint=alice%40example.org"

func confirmingConfig() client.Config {
	return client.Config{Region: "eu-central-1", Cognito: client.CognitoConfig{
		UserPoolID: "eu-central-1_Pool", ClientID: "client", IdentityPoolID: "eu-central-1:identity-pool",
	}}
}

// TestConfirmSignsAsTheUser: the token goes to the identity pool alone, and what SNS
// gets is signed by what that gave, and asks for authentication on unsubscribing.
func TestConfirmSignsAsTheUser(t *testing.T) {
	t.Parallel()
	var confirmed url.Values
	var signature string
	aws := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		switch action {
		case "GetId", "GetCredentialsForIdentity":
			if !strings.Contains(string(body), `"cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Pool":"the-token"`) || r.Header.Get("Authorization") != "" {
				t.Errorf("%s: %s, signed %q", action, body, r.Header.Get("Authorization"))
			}
			_, _ = io.WriteString(w, `{"IdentityId":"eu-central-1:i","Credentials":{"AccessKeyId":"ASIAALICE","SecretKey":"s","SessionToken":"session"}}`)
		default:
			signature = r.Header.Get("Authorization")
			if confirmed, err = url.ParseQuery(string(body)); err != nil || strings.Contains(string(body), "the-token") {
				t.Errorf("body %s, error %v", body, err)
			}
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w, `<ConfirmSubscriptionResponse><ConfirmSubscriptionResult><SubscriptionArn>arn</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>`)
		}
	}))
	t.Cleanup(aws.Close)
	n := client.Notifications{HTTP: aws.Client(), Config: confirmingConfig(), Endpoint: aws.URL}
	if err := n.Confirm(t.Context(), "the-token", " "+confirmationLink+"\n"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Action": "ConfirmSubscription", "Token": "t0ken", "AuthenticateOnUnsubscribe": "true",
		"TopicArn": "arn:aws:sns:eu-central-1:123456789012:sealpost-dev-user-alice-id",
	} {
		if confirmed.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, confirmed.Get(name), want)
		}
	}
	if !strings.Contains(signature, "Credential=ASIAALICE/") {
		t.Errorf("signed by %q", signature)
	}
}

func TestOtherLinksAreNotTaken(t *testing.T) {
	t.Parallel()
	nowhere := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s was asked", r.URL)
		return nil, errors.New("nobody should ask")
	})}
	for name, link := range map[string]string{
		"another host":   strings.Replace(confirmationLink, "amazonaws.com", "example.org", 1),
		"another region": strings.Replace(confirmationLink, "sns.eu-central-1", "sns.us-east-1", 1),
		"in the clear":   strings.Replace(confirmationLink, "https", "http", 1),
		"no token":       strings.Replace(confirmationLink, "Token=", "Tok=", 1),
		"unsubscribe":    "https://sns.eu-central-1.amazonaws.com/unsubscribe.html?SubscriptionArn=arn:aws:sns:x&Endpoint=a",
		"no link":        "123456", "none": "",
	} {
		n := client.Notifications{HTTP: nowhere, Config: confirmingConfig()}
		if err := n.End(t.Context(), "the-token", strings.Replace(link, "unsubscribe.html?SubscriptionArn", "x?Sub", 1)); !errors.Is(err, client.ErrWrongLink) {
			t.Errorf("%s, to end: error %v", name, err)
		}
		if err := n.Confirm(t.Context(), "the-token", link); !errors.Is(err, client.ErrWrongLink) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	embedded := confirmingConfig()
	embedded.Cognito.IdentityPoolID = ""
	if err := (client.Notifications{HTTP: nowhere, Config: embedded}).Confirm(t.Context(), "the-token", confirmationLink); !errors.Is(err, client.ErrNothingToConfirm) {
		t.Errorf("embedded: error %v", err)
	}
}
