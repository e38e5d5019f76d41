package userpool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"unicode"

	"github.com/google/uuid"
)

// root is the path that SDKs are configured with.
const root = "/cognito-idp"

const (
	contentType  = "application/x-amz-json-1.1"
	targetPrefix = "AWSCognitoIdentityProviderService."
)

// Handler serves the pool's operations at POST /cognito-idp/ and its public key at GET
// /cognito-idp/POOLID/.well-known/jwks.json. It sets no CORS headers: the page has the same origin, and
// X-Amz-Target, which every operation needs, keeps other origins out.
func (p *Pool) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+root, p.serveOperation)
	mux.HandleFunc("POST "+root+"/{$}", p.serveOperation)
	mux.HandleFunc("GET "+root+"/{pool}/.well-known/jwks.json", p.servePublic(p.jwks))
	mux.HandleFunc("GET "+root+"/{pool}/.well-known/openid-configuration", p.servePublic(p.discovery))
	return mux
}

func (p *Pool) serveOperation(w http.ResponseWriter, r *http.Request) {
	requestID := uuid.NewString()
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Amzn-Requestid", requestID)
	out, err := p.operate(w, r)
	if err == nil {
		err = write(w, http.StatusOK, out)
	}
	if err == nil {
		return
	}
	answer, ok := errors.AsType[*apiError](err)
	if !ok {
		answer = errInternal
		level := slog.LevelError
		if r.Context().Err() != nil {
			level = slog.LevelDebug // the error is that the caller left
		}
		p.log.Log(r.Context(), level, "user pool operation failed",
			"requestId", requestID, "target", clean(r.Header.Get("X-Amz-Target")), "error", err)
	}
	h.Set("X-Amzn-Errortype", answer.name+":")
	h.Set("X-Amzn-Errormessage", clean(answer.message))
	_ = write(w, answer.status, map[string]string{"__type": answer.name, "message": answer.message})
}

// operate runs the operation that the request names.
func (p *Pool) operate(w http.ResponseWriter, r *http.Request) (out any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	name, found := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	run := operations[name]
	if !found || run == nil {
		return nil, errUnknownOperation
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, errSerialization // the client disconnected
	}
	return run(r.Context(), p, body)
}

// write encodes before it sends, so an encoding error can still be answered.
func write(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding an answer: %w", err)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have left
	return nil
}

// clean makes a caller's text safe for a header and a log line.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
	return s[:min(len(s), 512)]
}

// servePublic serves a cacheable public document.
func (p *Pool) servePublic(document func(context.Context) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("pool") != p.settings.poolID {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=3600")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if err := write(w, http.StatusOK, document(r.Context())); err != nil {
			http.Error(w, "The document cannot be shown.", http.StatusInternalServerError)
		}
	}
}

func (p *Pool) jwks(context.Context) any { return p.key.jwks() }

// discovery returns the document that OpenID Connect libraries look for (OpenID Connect Discovery 1.0,
// section 3). It names no endpoint, because the pool has no hosted sign-in page.
func (p *Pool) discovery(context.Context) any {
	return map[string]any{
		"issuer":                                p.issuer,
		"jwks_uri":                              p.issuer + "/.well-known/jwks.json",
		"id_token_signing_alg_values_supported": algorithms,
		"subject_types_supported":               []string{"public"},
		"response_types_supported":              []string{"code", "token"},
		"scopes_supported":                      []string{"openid", "email"},
	}
}
