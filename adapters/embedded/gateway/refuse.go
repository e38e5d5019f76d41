package gateway

import (
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/sealpost/sealpost/internal/rest"
)

const (
	// maxDrained is how many bytes of a refused body are read: enough for a body that is too large by
	// mistake. Then the connection is closed.
	maxDrained = 4 * rest.MaxBody
	drainTime  = 10 * time.Second
)

// refuse answers with a problem document. Most clients write their whole body before they read, and get a
// broken connection instead of the answer if the server closes early. So up to maxDrained bytes of the body
// are read first, unless the client waits for permission to send it (Expect: 100-continue).
func refuse(w http.ResponseWriter, r *http.Request, id string, e *rest.Error) {
	if !strings.EqualFold(r.Header.Get("Expect"), "100-continue") {
		// A writer without deadlines keeps the server's.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(drainTime))
		_, _ = io.CopyN(io.Discard, r.Body, maxDrained) // the answer does not depend on it
	}
	WriteProblem(w, id, e)
}

// WriteProblem answers with a problem document.
func WriteProblem(w http.ResponseWriter, id string, e *rest.Error) {
	body, header := e.Render(id)
	for k, v := range header {
		w.Header().Set(k, v)
	}
	w.Header().Set(requestIDHeader, id)
	w.WriteHeader(e.Status)
	_, _ = w.Write(body) // the caller may have left
}
