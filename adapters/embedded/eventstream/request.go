package eventstream

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/rest"
)

// latest is the cursor of the log's end: only new events are sent.
const latest = "latest"

// lastEventID is the header in which a reconnecting client sends the last id it saw.
const lastEventID = "Last-Event-ID"

// order is a subscriber's request.
type order struct {
	after  int64
	filter eventlog.Filter
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func (h *Handler) order(ctx context.Context, r *http.Request) (o order, err error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return o, rest.BadRequest("bad-parameter", "The query cannot be read", "The part of the URL after ? is malformed.")
	}
	for _, name := range query["type"] {
		if !slices.Contains(events.Types(), events.Type(name)) {
			return o, rest.BadRequest("bad-parameter", "There is no such event type", "type is one of those in events/asyncapi.yaml, such as MessageStored.")
		}
		o.filter.Types = append(o.filter.Types, events.Type(name))
	}
	slices.Sort(o.filter.Types)
	o.filter.Types = slices.Compact(o.filter.Types)
	head, err := h.log.Head(ctx)
	if err != nil {
		return o, err
	}
	// The header takes precedence, because a reconnecting client repeats the old URL.
	text := query.Get("after")
	if seen := r.Header.Get(lastEventID); seen != "" {
		text = seen
	}
	o.after, err = cursor(text, head)
	return o, err
}

func cursor(text string, head int64) (int64, error) {
	switch text {
	case "":
		return 0, nil
	case latest:
		return head, nil
	}
	after, err := strconv.ParseInt(text, 10, 64)
	if err != nil || after < 0 {
		return 0, rest.BadRequest("bad-cursor", "The cursor cannot be read", `after and Last-Event-ID are the id of an event of this stream, or "latest".`)
	}
	if after > head {
		// Waiting for that position would silently skip all events before it.
		return 0, rest.BadRequest("bad-cursor", "The cursor is ahead of the log",
			"It is from another server, or this one was restored from a backup older than it. Start again from a position that is known to be good.")
	}
	return after, nil
}
