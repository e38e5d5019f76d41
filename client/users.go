package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// Name is a user's name, with what tells similar names apart.
type Name struct {
	UserID   string `json:"userId"`
	Username string `json:"username"`
	// Fingerprint is a short hash of UserID, in the form abcd-ef23.
	Fingerprint string `json:"fingerprint"`
	// Confusable means that Username is easily mistaken for another. Programs should
	// then show Fingerprint next to it.
	Confusable bool `json:"confusable"`
}

// String returns the username, followed by the fingerprint if it is confusable.
func (n Name) String() string {
	if !n.Confusable {
		return n.Username
	}
	return n.Username + " (" + n.Fingerprint + ")"
}

// User is a registered user.
type User struct {
	Name
	// Ready reports whether messages can be sent to the user yet.
	Ready bool `json:"ready"`
}

// Page asks for one page of a list.
type Page struct {
	// Limit is the most items, 1 to 100; 0 means the server's default (50).
	Limit int
	// Cursor is Next of the previous page, empty for the first.
	Cursor string
}

func (p Page) query() url.Values {
	q := url.Values{}
	if p.Limit > 0 {
		q.Set("limit", strconv.Itoa(p.Limit))
	}
	if p.Cursor != "" {
		q.Set("cursor", p.Cursor)
	}
	return q
}

// UserList is a page of users, sorted by username.
type UserList struct {
	Users []User `json:"users"`
	// Next is empty on the last page.
	Next string `json:"next"`
}

// Users lists the registered users (GET /users).
func (c *Client) Users(ctx context.Context, page Page) (list UserList, err error) {
	k := call{method: http.MethodGet, path: []string{"users"}, query: page.query()}
	return list, c.getJSON(ctx, k, &list)
}

// RenewNotifications requests notifications by mail to the caller's present address
// (POST /users/me/notifications). It is for callers who never confirmed or whose
// address changed. On AWS, a mail asks that address to confirm, unless it did before.
func (c *Client) RenewNotifications(ctx context.Context) error {
	k := call{method: http.MethodPost, path: []string{"users", "me", "notifications"}}
	return c.do(ctx, k, func(*http.Response) error { return nil })
}

// Me returns the caller (GET /users/me). It returns a 404 for a moment after the
// registration was confirmed.
func (c *Client) Me(ctx context.Context) (me User, err error) {
	return me, c.getJSON(ctx, call{method: http.MethodGet, path: []string{"users", "me"}}, &me)
}
