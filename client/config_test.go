package client_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/client"
)

func discover(t *testing.T, server string, answers func() (*http.Response, error)) (client.Config, string, error) {
	t.Helper()
	var asked string
	hc := client.NewHTTPClient()
	hc.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		asked = r.URL.String()
		res, err := answers()
		if res != nil {
			res.Request = r
		}
		return res, err
	})
	cfg, err := client.Discover(t.Context(), hc, server)
	return cfg, asked, err
}

func TestDiscover(t *testing.T) {
	t.Parallel()
	body := `{"apiUrl":"/api","region":"eu-central-1","cognito":{"endpoint":"cognito-idp","userPoolId":"p","clientId":"c"}}`
	cfg, asked, err := discover(t, "https://post.example", func() (*http.Response, error) { return answer(200, body), nil })
	if err != nil {
		t.Fatal(err)
	}
	if asked != "https://post.example/config.json" {
		t.Errorf("asked %s", asked)
	}
	want := client.Config{
		APIURL: "https://post.example/api", Region: "eu-central-1",
		Cognito: client.CognitoConfig{Endpoint: "https://post.example/cognito-idp", UserPoolID: "p", ClientID: "c"},
	}
	if diff := cmp.Diff(want, cfg); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDiscoverRefusesWhatIsNoServerOfOurs(t *testing.T) {
	t.Parallel()
	const cognito = `"region":"r","cognito":{"clientId":"c"`
	tests := map[string]struct {
		res  *http.Response
		want error
	}{
		"another site":      {answer(404, "not found"), client.ErrNotSealpost},
		"a page":            {answer(200, "<html>"), client.ErrNotSealpost},
		"incomplete":        {answer(200, `{"apiUrl":"https://a"}`), client.ErrNotSealpost},
		"a redirect":        {answer(301, "", "Location", "https://elsewhere/"), client.ErrNotSealpost},
		"API downgraded":    {answer(200, `{"apiUrl":"http://a",`+cognito+`}}`), client.ErrDowngrade},
		"pool downgraded":   {answer(200, `{"apiUrl":"https://a",`+cognito+`,"endpoint":"http://p"}}`), client.ErrDowngrade},
		"a strange API URL": {answer(200, `{"apiUrl":"https://a\u0000",`+cognito+`}}`), client.ErrNotSealpost},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := discover(t, "https://post.example", func() (*http.Response, error) { return tt.res, nil })
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestDiscoverOfNobody(t *testing.T) {
	t.Parallel()
	_, _, err := discover(t, "http://127.0.0.1:1", refused)
	var u *client.UnreachableError
	if !errors.As(err, &u) || u.URL != "http://127.0.0.1:1" {
		t.Errorf("got %v", err)
	}
	if _, _, err := discover(t, "https://post.example", status(503)); !client.HasStatus(err, 503) {
		t.Errorf("got %v, want a 503", err)
	}
}
