package gateway

import (
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/sealpost/sealpost/internal/rest"
)

const (
	// maxDrained is how much of a refused body is read, in bytes: enough for a body that
	// is too large by mistake. The connection is closed after that.
	maxDrained = 4 * rest.MaxBody
	// drainTime is how long that may take.
	drainTime = 10 * time.Second
)

// refuse answers with a problem document. Most clients write their whole body before
// they read an answer, and see a broken connection and no answer if the server closes
// it meanwhile. So the body is read to a bound first, unless the client waits for leave
// to send it (Expect: 100-continue).
func refuse(w http.ResponseWriter, r *http.Request, id string, e *rest.Error) {
	if !strings.EqualFold(r.Header.Get("Expect"), "100-continue") {
		// A writer that cannot set deadlines has the server's own ones.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(drainTime))
		_, _ = io.CopyN(io.Discard, r.Body, maxDrained) // whatever happens, the answer is the same
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
