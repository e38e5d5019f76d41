package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/sealpost/sealpost/internal/rest"
)

// functionExtension names, in openapi.yaml, the function of an operation.
const functionExtension = "x-sealpost-function"

// timeout limits a function, like API Gateway (Amazon API Gateway quotas page, "Integration timeout").
const timeout = 29 * time.Second

// Config is what the gateway needs. All fields are required.
type Config struct {
	// OpenAPI is the contract in api/openapi.yaml.
	OpenAPI   []byte
	Functions map[string]rest.Function
	// Verify checks an ID token and returns its claims. A *rest.Error is answered as it is, and any other
	// error with 401.
	Verify func(ctx context.Context, token string) (map[string]any, error)
	Log    *slog.Logger
}

// Gateway routes the operations of the contract.
type Gateway struct {
	config Config
	paths  map[string]map[string]operation // by path, then by method
}

type operation struct {
	function rest.Function
	resource string
	required []*openapi3.Parameter
}

// New reads the contract. Every operation must name an existing function.
func New(config Config) (*Gateway, error) {
	doc, err := openapi3.NewLoader().LoadFromData(config.OpenAPI)
	if err != nil {
		return nil, fmt.Errorf("reading the REST contract: %w", err)
	}
	g := &Gateway{config: config, paths: map[string]map[string]operation{}}
	for path, item := range doc.Paths.Map() {
		g.paths[path] = map[string]operation{}
		for method, op := range item.Operations() {
			name, _ := op.Extensions[functionExtension].(string)
			function, ok := config.Functions[name]
			if !ok {
				return nil, fmt.Errorf("%s %s: there is no function %q", method, path, name)
			}
			g.paths[path][method] = operation{function, path, required(op)}
		}
	}
	return g, nil
}

func required(op *openapi3.Operation) []*openapi3.Parameter {
	var out []*openapi3.Parameter
	for _, p := range op.Parameters {
		if p.Value != nil && p.Value.Required && p.Value.In != openapi3.ParameterInPath {
			out = append(out, p.Value)
		}
	}
	return out
}

// Register adds the contract's paths to a mux. Other paths under their first segments, such as one with a
// trailing slash, get a problem document.
func (g *Gateway) Register(mux *http.ServeMux) {
	below := map[string]bool{}
	for path, methods := range g.paths {
		mux.HandleFunc(path, g.route(methods))
		segment, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		below["/"+segment+"/"] = true
	}
	for prefix := range below {
		mux.HandleFunc(prefix, NotFound)
	}
}

// route dispatches one path by method. It answers HEAD like GET, and other undefined methods with 405.
func (g *Gateway) route(methods map[string]operation) http.HandlerFunc {
	if get, ok := methods[http.MethodGet]; ok {
		methods = maps.Clone(methods)
		methods[http.MethodHead] = get // net/http omits the body
	}
	allow := strings.Join(slices.Sorted(maps.Keys(methods)), ", ")
	return func(w http.ResponseWriter, r *http.Request) {
		op, ok := methods[r.Method]
		if !ok {
			w.Header().Set("Allow", allow)
			refuse(w, r, NewRequestID(), &rest.Error{
				Status: http.StatusMethodNotAllowed, Name: "method-not-allowed", Title: "The method is not allowed here",
				Detail: "Allowed: " + allow + ".",
			})
			return
		}
		g.serve(w, r, op)
	}
}

// NotFound answers a request that no route matches.
func NotFound(w http.ResponseWriter, r *http.Request) {
	refuse(w, r, NewRequestID(), rest.NotFound("no-such-route", "There is nothing here", "The path is not one of the API's."))
}
