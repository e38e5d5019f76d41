//go:build apply

package apply

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// endpoint is where the provider thinks that AWS is. It reaches it by the gateway,
// as its HTTP proxy, so that names below it need no name server.
const endpoint = "http://aws.test"

// gateway stands between the provider and the emulator, and does the one call that
// the emulator does not know, PutRestApi, and the one that it misunderstands.
type gateway struct {
	*httptest.Server
	t        testing.TB
	emulator *url.URL
}

func newGateway(t testing.TB, emulator string) *gateway {
	t.Helper()
	to, err := url.Parse(emulator)
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{t: t, emulator: to}
	forward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
		},
		Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64},
	}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api := restAPI.FindStringSubmatch(r.URL.Path)
		switch {
		case api != nil && r.Method == http.MethodPut:
			g.putRestAPI(w, r, api[1])
			return
		case api != nil && r.Method == http.MethodPatch:
			if err := g.mediaTypes(r, api[1]); err != nil {
				t.Errorf("changing the API: %v", err)
			}
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(g.Close)
	return g
}

var restAPI = regexp.MustCompile(`^/restapis/([^/]+)$`)

// putRestAPI imports a body over an API by the calls that the emulator knows.
func (g *gateway) putRestAPI(w http.ResponseWriter, r *http.Request, id string) {
	api := imported{call: func(method, path string, in, out any) error { return g.call(r, method, "/restapis/"+id+path, in, out) }}
	err := json.NewDecoder(r.Body).Decode(&api.body)
	if err == nil && r.URL.Query().Get("mode") != "overwrite" {
		err = fmt.Errorf("mode %q: terraform/modules/api overwrites", r.URL.Query().Get("mode"))
	}
	if err == nil {
		err = api.put()
	}
	var out json.RawMessage
	if err == nil {
		err = g.call(r, http.MethodGet, "/restapis/"+id, nil, &out)
	}
	if err != nil {
		g.t.Errorf("importing the API: %v", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(out)
}

// mediaTypes writes a patch anew whose operations add media types to the list, or
// remove them: the emulator makes another thing of the list than a list.
func (g *gateway) mediaTypes(r *http.Request, id string) error {
	var patch struct {
		Operations []object `json:"patchOperations"`
	}
	var api struct{ BinaryMediaTypes []string }
	if err := errors.Join(json.NewDecoder(r.Body).Decode(&patch), g.call(r, http.MethodGet, "/restapis/"+id, nil, &api)); err != nil {
		return err
	}
	operations := []object{}
	for _, o := range patch.Operations {
		mediaType, is := strings.CutPrefix(fmt.Sprint(o["path"]), "/binaryMediaTypes/")
		if !is {
			operations = append(operations, o)
			continue
		}
		mediaType = strings.NewReplacer("~1", "/", "~0", "~").Replace(mediaType)
		api.BinaryMediaTypes = slices.DeleteFunc(api.BinaryMediaTypes, func(m string) bool { return m == mediaType })
		if o["op"] == "add" {
			api.BinaryMediaTypes = append(api.BinaryMediaTypes, mediaType)
		}
	}
	operations = append(operations, object{"op": "replace", "path": "/binaryMediaTypes", "value": api.BinaryMediaTypes})
	body, err := json.Marshal(object{"patchOperations": operations})
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return err
}

// call makes a call of API Gateway's for whoever made another.
func (g *gateway) call(by *http.Request, method, path string, in, out any) error {
	var body io.Reader = http.NoBody
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(by.Context(), method, g.emulator.String()+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", by.Header.Get("Authorization")) // says which service; this emulator checks no signature
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return err
	case res.StatusCode >= 300:
		return fmt.Errorf("%s %s: %s: %s", method, path, res.Status, answer)
	case out == nil:
		return nil
	}
	return json.Unmarshal(answer, out)
}
