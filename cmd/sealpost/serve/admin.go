package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/sealpost/sealpost/ports"
)

const (
	// adminSocket is where the running server takes an operator's requests. Only the
	// owner can use it (the folder is 0700, the socket 0600), and the owner could write
	// the database anyway.
	adminSocket = "admin.sock"
	// maxSocketPath is the longest path that all supported systems allow (macOS: 104
	// with the final NUL).
	maxSocketPath = 103
	adminPath     = "/rebuild"
	// maxAdminRequest limits a request, in bytes.
	maxAdminRequest = 64 << 10
)

// answer is one line of the response: reports, and at the end the outcome.
type answer struct {
	Report  *ports.RebuildReport `json:"report,omitempty"`
	Done    bool                 `json:"done,omitempty"`
	Failure *adminFailure        `json:"failure,omitempty"`
}

// openAdmin creates the socket before the server says that it is ready. Everything else
// works without the socket, so errors are only logged.
func (h *home) openAdmin(ctx context.Context) net.Listener {
	listener, err := h.listenAdmin(ctx)
	if err != nil {
		h.log.ErrorContext(ctx, "sealpost rebuild works only while this server is stopped", "error", err)
		return nil
	}
	return listener
}

// admin serves the socket, if there is one, until the context ends.
func (h *home) admin(ctx context.Context, listener net.Listener) {
	if err := h.warnOfRebuilds(ctx); err != nil {
		h.log.ErrorContext(ctx, "looking for interrupted rebuilds failed", "error", err)
	}
	if listener == nil {
		return
	}
	mux := http.NewServeMux()
	mux.Handle("POST "+adminPath, h.adminHandler())
	server := &http.Server{
		Handler: mux, ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx }, // a rebuild stops with the server
		ErrorLog:    slog.NewLogLogger(h.log.Handler(), slog.LevelDebug),
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		if err := shutdown(context.WithoutCancel(ctx), server); err != nil {
			h.log.Error("stopping the admin socket failed", "error", err)
		}
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		h.log.ErrorContext(ctx, "the admin socket failed", "error", err)
		return
	}
	<-stopped
}

func (h *home) listenAdmin(ctx context.Context) (net.Listener, error) {
	path := filepath.Join(h.config.Data, adminSocket)
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("the path of %s has more than the %d bytes that the system allows", path, maxSocketPath)
	}
	// A killed server may have left its socket. Nothing uses it, because this process
	// holds the lock.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("removing an old admin socket: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listening for the operator: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("listening for the operator: %w", err), listener.Close())
	}
	return listener, nil
}

// adminHandler runs the requested action and writes each report as a line of JSON. If
// the caller hangs up, the context ends and the action stops.
func (h *home) adminHandler() http.HandlerFunc {
	rebuilder := h.rebuilder(true)
	return func(w http.ResponseWriter, r *http.Request) {
		var request ports.RebuildRequest
		in := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAdminRequest))
		in.DisallowUnknownFields()
		if err := in.Decode(&request); err != nil {
			http.Error(w, "not a request: "+err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/x-ndjson")
		out, flush := json.NewEncoder(w), http.NewResponseController(w)
		say := func(a answer) {
			if err := errors.Join(out.Encode(a), flush.Flush()); err != nil {
				h.log.DebugContext(r.Context(), "the operator is gone", "error", err)
			}
		}
		err := rebuilder.Do(r.Context(), request, func(r ports.RebuildReport) { say(answer{Report: &r}) })
		if err != nil {
			h.log.WarnContext(r.Context(), "an operator's request failed", "action", request.Action, "projections", request.Projections, "error", err)
		}
		say(answer{Done: err == nil, Failure: failureOf(err)})
	}
}
