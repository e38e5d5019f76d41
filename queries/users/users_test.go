package users_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/queries/users"
)

// directory gives one page.
type directory struct {
	ports.UserDirectory
	page ports.Page[ports.User]
	err  error
}

func (d directory) List(context.Context, ports.PageRequest) (ports.Page[ports.User], error) {
	return d.page, d.err
}

func get(t *testing.T, d directory, query map[string]string) lambdaevents.APIGatewayProxyResponse {
	t.Helper()
	f := users.New(users.Deps{Users: d, Log: handlertest.Log})
	return handlertest.Call(t, f, handlertest.Request(func(r *lambdaevents.APIGatewayProxyRequest) { r.QueryStringParameters = query }))
}

func TestAPageShowsNoKeysAndNoTopics(t *testing.T) {
	t.Parallel()
	d := directory{page: ports.Page[ports.User]{Next: "more", Items: []ports.User{
		{ID: "a", Username: "alice", KeyID: "k", TopicID: "t"}, {ID: "b", Username: "b0b", TopicID: "t"},
	}}}
	res := get(t, d, nil)
	handlertest.Expect(t, res, http.StatusOK, "")
	want := `{"users":[{"userId":"a","username":"alice","fingerprint":"3mn2-cezm","confusable":false,"ready":true},` +
		`{"userId":"b","username":"b0b","fingerprint":"h2u8-tfta","confusable":true,"ready":false}],"next":"more"}`
	if res.Body != want {
		t.Errorf("answered %s", res.Body)
	}
	if res := get(t, directory{}, nil); res.Body != `{"users":[]}` {
		t.Errorf("an empty list is %s", res.Body)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	handlertest.Expect(t, get(t, directory{}, map[string]string{"limit": "-1"}), 400, "bad-limit")
	handlertest.Expect(t, get(t, directory{err: ports.ErrBadCursor}, nil), 400, "bad-cursor")
	handlertest.Expect(t, get(t, directory{err: errors.New("out")}, nil), 500, "internal")
}
