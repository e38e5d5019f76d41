package inbox_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/queries/inbox"
)

// box gives one page and notes what it is asked.
type box struct {
	ports.Inbox
	page   ports.Page[ports.InboxMessage]
	err    error
	who    string
	filter ports.InboxFilter
	asked  ports.PageRequest
}

func (b *box) List(_ context.Context, who string, f ports.InboxFilter, p ports.PageRequest) (ports.Page[ports.InboxMessage], error) {
	b.who, b.filter, b.asked = who, f, p
	return b.page, b.err
}

// users knows bob, and counts how often it is asked for whom.
type users struct {
	ports.UserDirectory
	asked []string
	err   error
}

func (u *users) ByIDs(_ context.Context, ids []string) (map[string]ports.User, error) {
	u.asked = append(u.asked, ids...)
	return map[string]ports.User{"bob-id": {ID: "bob-id", Username: "bob"}}, u.err
}

func get(t *testing.T, b *box, u *users, query map[string]string) lambdaevents.APIGatewayProxyResponse {
	t.Helper()
	f := inbox.New(inbox.Deps{Inbox: b, Users: u, Log: handlertest.Log})
	return handlertest.Call(t, f, handlertest.Request(func(r *lambdaevents.APIGatewayProxyRequest) { r.QueryStringParameters = query }))
}

func TestAPage(t *testing.T) {
	t.Parallel()
	b := &box{page: ports.Page[ports.InboxMessage]{Next: "more", Items: []ports.InboxMessage{
		{ID: "2", SenderID: "bob-id", Size: 9, SentAt: handlertest.Now(), Read: true, WrappedKey: []byte("nobody's business")},
		{ID: "1", SenderID: "gone-id", SentAt: handlertest.Now()},
		{ID: "0", SenderID: "bob-id", SentAt: handlertest.Now()},
	}}}
	u := &users{}
	res := get(t, b, u, map[string]string{"limit": "3", "cursor": "c", "unread": "true"})
	handlertest.Expect(t, res, http.StatusOK, "")
	want := `{"messages":[` +
		`{"id":"2","from":{"userId":"bob-id","username":"bob","fingerprint":"0ucx-d02x","confusable":false},"size":9,"sentAt":"2026-11-24T09:30:00Z","read":true},` +
		`{"id":"1","from":{"userId":"gone-id","username":"","fingerprint":"a7vg-x0b3","confusable":false},"size":0,"sentAt":"2026-11-24T09:30:00Z","read":false},` +
		`{"id":"0","from":{"userId":"bob-id","username":"bob","fingerprint":"0ucx-d02x","confusable":false},"size":0,"sentAt":"2026-11-24T09:30:00Z","read":false}],"next":"more"}`
	if diff := cmp.Diff(want, res.Body); diff != "" {
		t.Error(diff)
	}
	if b.who != handlertest.CallerID || !b.filter.UnreadOnly || b.asked != (ports.PageRequest{Limit: 3, Cursor: "c"}) {
		t.Errorf("asked %s %+v %+v", b.who, b.filter, b.asked)
	}
	if diff := cmp.Diff([]string{"bob-id", "gone-id"}, u.asked); diff != "" {
		t.Errorf("each sender is looked up once: %s", diff)
	}
}

func TestAnEmptyInboxIsAnEmptyList(t *testing.T) {
	t.Parallel()
	u := &users{}
	if res := get(t, &box{}, u, nil); res.Body != `{"messages":[]}` || len(u.asked) != 0 {
		t.Errorf("answered %s, asked %v", res.Body, u.asked)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	out := errors.New("out")
	one := ports.Page[ports.InboxMessage]{Items: []ports.InboxMessage{{ID: "1", SenderID: "bob-id"}}}
	handlertest.Expect(t, get(t, &box{}, &users{}, map[string]string{"unread": "yes"}), 400, "bad-filter")
	handlertest.Expect(t, get(t, &box{}, &users{}, map[string]string{"limit": "1000"}), 400, "bad-limit")
	handlertest.Expect(t, get(t, &box{err: ports.ErrBadCursor}, &users{}, nil), 400, "bad-cursor")
	handlertest.Expect(t, get(t, &box{err: out}, &users{}, nil), 500, "internal")
	handlertest.Expect(t, get(t, &box{page: one}, &users{err: out}, nil), 500, "internal")
}
