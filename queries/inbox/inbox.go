// Package inbox is the query behind GET /messages: the caller's messages, newest first.
package inbox

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/sealpost/sealpost/internal/rest"
	"github.com/sealpost/sealpost/ports"
)

// Deps are the ports that the query uses. All fields are required.
type Deps struct {
	Inbox ports.Inbox
	Users ports.UserDirectory
	Log   *slog.Logger
}

// New returns the function.
func New(deps Deps) rest.Function { return rest.Handle(deps.Log, deps.get) }

type list struct {
	Messages []message `json:"messages"`
	Next     string    `json:"next,omitempty"`
}

type message struct {
	ID     string    `json:"id"`
	From   rest.Name `json:"from"`
	Size   int64     `json:"size"`
	SentAt time.Time `json:"sentAt"`
	Read   bool      `json:"read"`
}

func (d Deps) get(ctx context.Context, r *rest.Request) (rest.Response, error) {
	request, err := r.Page()
	if err != nil {
		return rest.Response{}, err
	}
	filter, err := readFilter(r)
	if err != nil {
		return rest.Response{}, err
	}
	page, err := d.Inbox.List(ctx, r.Caller.UserID, filter, request)
	if err != nil {
		return rest.Response{}, fmt.Errorf("listing messages: %w", err)
	}
	senders, err := d.senders(ctx, page.Items)
	if err != nil {
		return rest.Response{}, err
	}
	out := list{Messages: make([]message, 0, len(page.Items)), Next: page.Next}
	for _, m := range page.Items {
		out.Messages = append(out.Messages, message{
			m.ID, rest.NameOf(m.SenderID, senders[m.SenderID].Username), m.Size, m.SentAt, m.Read,
		})
	}
	return rest.Response{Status: http.StatusOK, Body: out}, nil
}

func readFilter(r *rest.Request) (ports.InboxFilter, error) {
	value, sent, err := r.Query("unread")
	if err != nil {
		return ports.InboxFilter{}, err
	}
	if sent && value != "true" && value != "false" {
		return ports.InboxFilter{}, rest.BadRequest("bad-filter", "The filter is not valid", "unread is true or false.")
	}
	return ports.InboxFilter{UnreadOnly: value == "true"}, nil
}

// senders looks up each sender of a page once. A page has at most as many senders as
// ByIDs accepts.
func (d Deps) senders(ctx context.Context, messages []ports.InboxMessage) (map[string]ports.User, error) {
	seen := make(map[string]bool, len(messages))
	var ids []string
	for _, m := range messages {
		if !seen[m.SenderID] {
			seen[m.SenderID] = true
			ids = append(ids, m.SenderID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	users, err := d.Users.ByIDs(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("finding the senders: %w", err)
	}
	return users, nil
}
