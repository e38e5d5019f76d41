package eventstream

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/gateway"
	"github.com/sealpost/sealpost/internal/rest"
)

// Config configures the handler. A zero limit means its default.
type Config struct {
	Log      *eventlog.Log
	Registry *Registry
	Logger   *slog.Logger
	// MaxStreams is the limit of open streams (default 64), each of which costs a connection and a few KiB.
	// MaxPerSubscriber is the limit per subscriber (default 4: two for a rolling restart, and two dead ones
	// not noticed yet).
	MaxStreams, MaxPerSubscriber int
	// Heartbeat is the interval of heartbeats in a quiet stream (default 15 s; proxies commonly cut
	// connections that are silent for 30 to 60 s).
	Heartbeat time.Duration
	// WriteTimeout is how long a subscriber may take to accept data before it is disconnected (default 10 s).
	// It reconnects with its cursor and misses nothing.
	WriteTimeout time.Duration
}

// Handler answers GET /events.
type Handler struct {
	Config
	log *eventlog.Log

	stopped chan struct{}
	stop    func()

	mu      sync.Mutex
	streams map[string]int // by subscriber
	total   int
}

// NewHandler returns a handler.
func NewHandler(c Config) *Handler {
	c.MaxStreams = cmp.Or(c.MaxStreams, 64)
	c.MaxPerSubscriber = cmp.Or(c.MaxPerSubscriber, 4)
	c.Heartbeat = cmp.Or(c.Heartbeat, 15*time.Second)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 10*time.Second)
	stopped := make(chan struct{})
	return &Handler{
		Config: c, log: c.Log, streams: map[string]int{},
		stopped: stopped, stop: sync.OnceFunc(func() { close(stopped) }),
	}
}

// Stop ends every stream, so that the server can stop. Later streams end at once.
func (h *Handler) Stop() { h.stop() }

// ServeHTTP streams events until the server or the client stops.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := gateway.NewRequestID()
	name, o, err := h.admit(r)
	if err == nil {
		err = h.enter(name)
	}
	if err != nil {
		h.refuse(w, r, id, err)
		return
	}
	defer h.leave(name)
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	s := &stream{handler: h, name: name, token: bearer(r), order: o, w: w, control: http.NewResponseController(w)}
	err = s.run(ctx)
	h.Logger.InfoContext(r.Context(), "stream ended", "requestId", id, "subscriber", name, "cursor", s.order.after, "reason", err)
}

// admit checks the token first and then the parameters, so that unauthenticated callers learn nothing.
func (h *Handler) admit(r *http.Request) (name string, o order, err error) {
	name, err = h.Registry.Check(r.Context(), bearer(r))
	if errors.Is(err, ErrUnknown) {
		e := rest.Unauthorized("Send a subscriber's token: Authorization: Bearer TOKEN. `sealpost subscribers add NAME` makes one.")
		e.Cause = err
		return "", o, e
	}
	if err != nil {
		return "", o, err
	}
	if r.Method != http.MethodGet {
		return "", o, &rest.Error{
			Status: http.StatusMethodNotAllowed, Name: "method-not-allowed", Title: "The method is not allowed here", Detail: "Allowed: GET.",
		}
	}
	o, err = h.order(r.Context(), r)
	return name, o, err
}

// retryAfter is when a subscriber above the limit may retry, in seconds.
const retryAfter = 5

func (h *Handler) enter(name string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.streams[name] >= h.MaxPerSubscriber {
		return &rest.Error{
			Status: http.StatusTooManyRequests, Name: "too-many-streams", Title: "You follow too often at once",
			Detail: "Close one of your other streams.", RetryAfter: retryAfter,
		}
	}
	if h.total >= h.MaxStreams {
		return &rest.Error{
			Status: http.StatusServiceUnavailable, Name: "too-many-streams", Title: "Too many follow already",
			Detail: "Try again in a while.", RetryAfter: retryAfter,
		}
	}
	h.streams[name]++
	h.total++
	return nil
}

func (h *Handler) leave(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.total--
	if h.streams[name]--; h.streams[name] == 0 {
		delete(h.streams, name)
	}
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, id string, err error) {
	var e *rest.Error
	if !errors.As(err, &e) {
		h.Logger.ErrorContext(r.Context(), "subscription failed", "requestId", id, "error", err)
		e = &rest.Error{Status: http.StatusInternalServerError, Name: "internal", Title: "Something failed on our side"}
	}
	if e.Status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodGet)
	}
	gateway.WriteProblem(w, id, e)
}
