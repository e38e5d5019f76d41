package mail

import (
	"encoding/json"
	"net/http"
	"time"
)

// Handler serves the mailbox: a page at path and JSON at path plus ".json", both with an optional
// ?to=ADDRESS. It answers only GET and HEAD, and forbids caches, frames and other origins. The caller must
// restrict access to it.
func (b *Mailbox) Handler(path string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path, b.servePage)
	mux.HandleFunc("GET "+path+".json", b.serveJSON)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		mux.ServeHTTP(w, r)
	})
}

type mailJSON struct {
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
}

func (b *Mailbox) serveJSON(w http.ResponseWriter, r *http.Request) {
	mails, err := b.List(r.Context(), r.URL.Query().Get("to"), MaxList)
	if err != nil {
		http.Error(w, "The mailbox cannot be read.", http.StatusInternalServerError)
		return
	}
	out := make([]mailJSON, 0, len(mails))
	for _, m := range mails {
		out = append(out, mailJSON(m))
	}
	w.Header().Set("Content-Type", "application/json")
	// The status is already sent, and the client may have left.
	_ = json.NewEncoder(w).Encode(out)
}
