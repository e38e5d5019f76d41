package client

import (
	"context"
	"net/http"
	"time"
)

// InboxMessage describes a message in the caller's inbox.
type InboxMessage struct {
	ID string `json:"id"`
	// From has an empty Username in the rare moment before the server's directory knows
	// the sender.
	From Name `json:"from"`
	// Size is the size of the body, in bytes.
	Size   int64     `json:"size"`
	SentAt time.Time `json:"sentAt"`
	Read   bool      `json:"read"`
}

// MessageList is a page of the inbox, newest first.
type MessageList struct {
	Messages []InboxMessage `json:"messages"`
	// Next is empty on the last page.
	Next string `json:"next"`
}

// Inbox lists the caller's messages (GET /messages), or only the unread ones.
func (c *Client) Inbox(ctx context.Context, unread bool, page Page) (list MessageList, err error) {
	q := page.query()
	if unread {
		q.Set("unread", "true")
	}
	k := call{method: http.MethodGet, path: []string{"messages"}, query: q}
	return list, c.getJSON(ctx, k, &list)
}

// UnreadCount is the number of messages that the caller has not read. If More is set,
// there are more than that.
type UnreadCount struct {
	Unread int  `json:"unread"`
	More   bool `json:"more,omitempty"`
}

// Unread counts the caller's unread messages (GET /messages/unread-count).
func (c *Client) Unread(ctx context.Context) (count UnreadCount, err error) {
	return count, c.getJSON(ctx, call{method: http.MethodGet, path: []string{"messages", "unread-count"}}, &count)
}

// MarkRead marks a message as read (POST /messages/{id}/read). It is idempotent.
func (c *Client) MarkRead(ctx context.Context, id string) error {
	if err := checkID(id); err != nil {
		return err
	}
	k := call{method: http.MethodPost, path: []string{"messages", id, "read"}}
	return c.do(ctx, k, func(*http.Response) error { return nil })
}
