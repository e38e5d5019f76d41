// Package contracttest checks every answer that passes through an HTTP client against
// the REST contract, api/openapi.yaml.
package contracttest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/sealpost/sealpost/api"
)

type transport struct {
	t      testing.TB
	base   http.RoundTripper
	router routers.Router
}

// Transport wraps base and checks every answer to a path of the contract. Other paths
// pass through.
func Transport(t testing.TB, base http.RoundTripper) http.RoundTripper {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &transport{t, base, router}
}

func (tr *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	tr.t.Helper()
	res, err := tr.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	route, params, err := tr.router.FindRoute(r)
	if errors.Is(err, routers.ErrPathNotFound) || errors.Is(err, routers.ErrMethodNotAllowed) {
		return res, nil
	}
	if err != nil {
		tr.t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
		return res, nil
	}
	body, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 res.StatusCode, Header: res.Header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: opaque(res)},
	}
	input.SetBodyBytes(body)
	if err := openapi3filter.ValidateResponse(r.Context(), input); err != nil {
		tr.t.Errorf("%s %s: the answer breaks the contract: %v", r.Method, r.URL.Path, err)
	}
	return res, nil
}

// opaque reports whether the body is a message: any bytes of any type.
func opaque(res *http.Response) bool {
	return res.StatusCode == http.StatusOK && res.Header.Get("Content-Disposition") != ""
}
