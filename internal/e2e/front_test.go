package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// front is what clients talk to, at one address: the API, config.json and the user
// pool.
func (w *world) front() string {
	w.t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	w.t.Cleanup(server.Close)
	api := w.importAPI()
	mux.Handle("/", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(api) }})
	mux.HandleFunc("GET /config.json", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(rw, `{"apiUrl":%q,"region":"us-east-1","cognito":{"endpoint":%q,"userPoolId":%q,"clientId":%q}}`,
			server.URL, server.URL+"/cognito/", w.poolID, w.clientID)
	})
	mux.HandleFunc("POST /cognito/", w.cognito)
	return server.URL
}

// invoke calls a function as the account's administrator.
func (w *world) invoke(ctx context.Context, name string, in, out any) error {
	payload, err := json.Marshal(in)
	if err != nil {
		return err
	}
	res, err := lambda.NewFromConfig(w.admin).Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(w.prefix + "-" + name), Payload: payload})
	if err != nil {
		return err
	}
	if res.FunctionError != nil {
		return fmt.Errorf("%s: %s: %s", name, *res.FunctionError, res.Payload)
	}
	return json.Unmarshal(res.Payload, out)
}

// cognito passes calls on to the user pool. After a sign-up was confirmed it does
// what the emulator leaves out: it verifies the address, and calls the trigger.
func (w *world) cognito(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, w.server.URL()+"/", bytes.NewReader(body))
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	req.Header = r.Header.Clone()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = res.Body.Close() }()
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".ConfirmSignUp") && res.StatusCode == http.StatusOK {
		if err := w.confirmed(r.Context(), body); err != nil {
			w.t.Errorf("after a confirmation: %v", err)
		}
	}
	rw.Header().Set("Content-Type", res.Header.Get("Content-Type"))
	rw.WriteHeader(res.StatusCode)
	_, _ = io.Copy(rw, res.Body)
}

func (w *world) confirmed(ctx context.Context, body []byte) error {
	var in struct{ Username string }
	if err := json.Unmarshal(body, &in); err != nil {
		return err
	}
	pool := cip.NewFromConfig(w.admin)
	user, err := pool.AdminGetUser(ctx, &cip.AdminGetUserInput{UserPoolId: aws.String(w.poolID), Username: aws.String(in.Username)})
	if err != nil {
		return err
	}
	_, verifyErr := pool.AdminUpdateUserAttributes(ctx, &cip.AdminUpdateUserAttributesInput{
		UserPoolId: aws.String(w.poolID), Username: aws.String(in.Username),
		UserAttributes: []ciptypes.AttributeType{{Name: aws.String("email_verified"), Value: aws.String("true")}},
	})
	e := lambdaevents.CognitoEventUserPoolsPostConfirmation{}
	e.TriggerSource, e.UserPoolID, e.UserName = "PostConfirmation_ConfirmSignUp", w.poolID, in.Username
	e.Request.UserAttributes = map[string]string{}
	for _, a := range user.UserAttributes {
		e.Request.UserAttributes[aws.ToString(a.Name)] = aws.ToString(a.Value)
	}
	return errors.Join(verifyErr, w.invoke(ctx, "producers-verifyuser", e, &e))
}
