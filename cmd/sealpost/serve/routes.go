package serve

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/sealpost/sealpost/adapters/embedded/gateway"
	"github.com/sealpost/sealpost/web"
)

// clientConfig is GET /config.json, where clients start on both backends.
type clientConfig struct {
	APIURL  string        `json:"apiUrl"`
	Region  string        `json:"region"`
	Cognito cognitoConfig `json:"cognito"`
	// MailKept means that this server sends no mail, so that the page can say where to
	// find a code. It never says where the mailbox is.
	MailKept bool `json:"mailKept,omitempty"`
}

type cognitoConfig struct {
	Endpoint   string `json:"endpoint"`
	UserPoolID string `json:"userPoolId"`
	ClientID   string `json:"clientId"`
}

// poolPath is where the user pool serves the Cognito protocol.
const poolPath = "/cognito-idp"

// routes puts everything that is served on one mux. The page serves all other paths.
func (h *home) routes(api *gateway.Gateway) *http.ServeMux {
	mux := http.NewServeMux()
	api.Register(mux)
	mux.Handle(poolPath+"/", h.pool.Handler())
	mux.Handle("/events", h.followers)
	mux.HandleFunc("GET /config.json", h.serveConfig)
	mux.HandleFunc("GET /healthz", h.serveHealth)
	if h.mailToken != "" {
		mux.Handle(mailboxPath+"/", guardMailbox(h.mailToken, h.mailbox.Handler(mailboxPath+"/"+h.mailToken)))
	}
	mux.Handle("/", web.Handler())
	return mux
}

// serveConfig answers with URLs under the host name that the caller used, unless the
// operator has set a public URL. The same server is localhost in one browser tab and
// 127.0.0.1 in another, and a page may call its own origin only. The answer depends on
// the Host header, so caches must not keep it.
func (h *home) serveConfig(w http.ResponseWriter, r *http.Request) {
	base := h.config.PublicURL
	if base == "" {
		u := url.URL{Scheme: "http", Host: r.Host}
		if r.TLS != nil {
			u.Scheme = "https"
		}
		base = u.String()
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	c := clientConfig{
		APIURL: base, Region: region,
		Cognito:  cognitoConfig{Endpoint: base + poolPath + "/", UserPoolID: h.pool.PoolID(), ClientID: h.pool.ClientID()},
		MailKept: h.mailbox != nil,
	}
	if err := json.NewEncoder(w).Encode(c); err != nil {
		h.log.DebugContext(r.Context(), "caller left before the configuration", "error", err)
	}
}

// serveHealth reports whether the database answers.
func (h *home) serveHealth(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if err := h.db.Read().PingContext(r.Context()); err != nil {
		h.log.ErrorContext(r.Context(), "health check failed", "error", err)
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
