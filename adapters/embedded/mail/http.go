package mail

import (
	"encoding/json"
	"net/http"
	"time"
)

// Handler shows the mailbox: a page at the path and JSON at the path with ".json"
// behind it, both with an optional ?to=ADDRESS. It answers GET and HEAD only, and
// forbids caches, frames and other origins. Who may reach it at all is the caller's
// concern.
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

// mailJSON is the wire form of a mail.
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
	// The status is sent by then: a reader that went away is nobody's error.
	_ = json.NewEncoder(w).Encode(out)
}
