package client_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/client"
)

// sent is what the API sees of a call.
type sent struct {
	Method, URI, Authorization, Accept, ContentType, Disposition, Key, Body string
}

func record(r *http.Request) sent {
	body, _ := io.ReadAll(r.Body)
	return sent{
		r.Method, r.URL.RequestURI(), r.Header.Get("Authorization"), r.Header.Get("Accept"), r.Header.Get("Content-Type"),
		r.Header.Get("Content-Disposition"), r.Header.Get("Idempotency-Key"), string(body),
	}
}

func TestEachCallsWireForm(t *testing.T) {
	t.Parallel()
	a1ice := client.Name{UserID: "u1", Username: "a1ice", Fingerprint: "0rba-gdq6", Confusable: true}
	const at = "2026-11-24T02:00:00Z"
	message := client.Message{
		To: "bob & co", ContentType: "text/plain; charset=utf-8", Filename: "größe.txt",
		Body: bytes.NewReader([]byte("hello")), Size: 5, IdempotencyKey: "k-1",
	}
	tests := map[string]struct {
		call   func(*client.Client) (any, error)
		answer string
		sent   sent
		want   any
	}{
		"users": {
			func(c *client.Client) (any, error) {
				return c.Users(t.Context(), client.Page{Limit: 7, Cursor: "a+b"})
			},
			`{"users":[{"userId":"u1","username":"a1ice","fingerprint":"0rba-gdq6","confusable":true,"ready":true}],"next":"n"}`,
			sent{Method: "GET", URI: "/stage/users?cursor=a%2Bb&limit=7"},
			client.UserList{Users: []client.User{{Name: a1ice, Ready: true}}, Next: "n"},
		},
		"me": {
			func(c *client.Client) (any, error) { return c.Me(t.Context()) },
			`{"userId":"u1","username":"a1ice","fingerprint":"0rba-gdq6","confusable":true,"ready":false}`,
			sent{Method: "GET", URI: "/stage/users/me"},
			client.User{Name: a1ice},
		},
		"send": {
			func(c *client.Client) (any, error) { return c.Send(t.Context(), message) },
			`{"id":"m1"}`,
			sent{
				Method: "POST", URI: "/stage/messages?to=bob+%26+co", ContentType: "text/plain; charset=utf-8",
				Disposition: "attachment; filename*=utf-8''gr%C3%B6%C3%9Fe.txt", Key: "k-1", Body: "hello",
			},
			"m1",
		},
		"inbox": {
			func(c *client.Client) (any, error) { return c.Inbox(t.Context(), true, client.Page{}) },
			`{"messages":[{"id":"m1","from":{"userId":"u1","username":"a1ice","fingerprint":"0rba-gdq6","confusable":true},"size":5,"sentAt":"` + at + `","read":false}]}`,
			sent{Method: "GET", URI: "/stage/messages?unread=true"},
			client.MessageList{Messages: []client.InboxMessage{{
				ID: "m1", From: a1ice, Size: 5,
				SentAt: time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC),
			}}},
		},
		"unread": {
			func(c *client.Client) (any, error) { return c.Unread(t.Context()) },
			`{"unread":1000,"more":true}`,
			sent{Method: "GET", URI: "/stage/messages/unread-count"},
			client.UnreadCount{Unread: 1000, More: true},
		},
		"mark read": {
			func(c *client.Client) (any, error) { return nil, c.MarkRead(t.Context(), "01ABC") },
			`{"id":"01ABC"}`,
			sent{Method: "POST", URI: "/stage/messages/01ABC/read"},
			nil,
		},
		"open": {
			func(c *client.Client) (any, error) { return openAll(t, c, "01ABC") },
			"opened bytes",
			sent{Method: "GET", URI: "/stage/messages/01ABC"},
			"opened bytes",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen sent
			api := serve(t, func(w http.ResponseWriter, r *http.Request) {
				seen = record(r)
				_, _ = io.WriteString(w, tt.answer)
			})
			got, err := tt.call(api)
			if err != nil {
				t.Fatal(err)
			}
			tt.sent.Authorization, tt.sent.Accept = "Bearer id-token", "*/*"
			if diff := cmp.Diff(tt.sent, seen); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
		})
	}
}

func openAll(t *testing.T, c *client.Client, id string) (string, error) {
	t.Helper()
	var body []byte
	err := c.Open(t.Context(), id, func(o client.Opened) (err error) {
		body, err = io.ReadAll(o.Body)
		return err
	})
	return string(body), err
}

// net/http would refuse the header, which looks like a server that cannot be reached.
func TestWhatNoHeaderTakesIsNotSent(t *testing.T) {
	t.Parallel()
	api := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked for %s", r.URL) })
	for _, m := range []client.Message{
		{To: "bob", Body: strings.NewReader(""), ContentType: "text/plain\r\nX: y"},
		{To: "bob", Body: strings.NewReader(""), IdempotencyKey: "a\nb"},
		{To: "bob", Body: strings.NewReader(""), IdempotencyKey: "a\x00b"},
	} {
		if _, err := api.Send(t.Context(), m); !errors.Is(err, client.ErrBadMessage) {
			t.Errorf("%+v: got %v", m, err)
		}
	}
}
