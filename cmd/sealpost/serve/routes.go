package serve

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/sealpost/sealpost/adapters/embedded/gateway"
	"github.com/sealpost/sealpost/web"
)

// clientConfig is GET /config.json: where clients start, in both homes.
type clientConfig struct {
	APIURL  string        `json:"apiUrl"`
	Region  string        `json:"region"`
	Cognito cognitoConfig `json:"cognito"`
	// MailKept tells that this server sends no mail, so that the page can say where a
	// code is. It never says where that is.
	MailKept bool `json:"mailKept,omitempty"`
}

type cognitoConfig struct {
	Endpoint   string `json:"endpoint"`
	UserPoolID string `json:"userPoolId"`
	ClientID   string `json:"clientId"`
}

// poolPath is where the user pool speaks the Cognito protocol.
const poolPath = "/cognito-idp"

// routes puts everything that is served on one mux. Anything else is the page's.
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

// serveConfig answers with addresses of the name that the caller used, unless the
// operator said what the server is called: the same server is localhost to one
// browser tab and 127.0.0.1 to another, and each may talk to its own origin only.
// The answer depends on the caller's own Host header, so no cache may keep it for
// anybody else.
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

// serveHealth says whether the database answers.
func (h *home) serveHealth(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if err := h.db.Read().PingContext(r.Context()); err != nil {
		h.log.ErrorContext(r.Context(), "health check failed", "error", err)
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
