package me_test

import (
	"context"
	"errors"
	"testing"

	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/internal/username"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/queries/me"
)

// directory knows one user, or fails.
type directory struct {
	ports.UserDirectory
	user ports.User
	err  error
}

func (d directory) ByID(context.Context, string) (ports.User, error) { return d.user, d.err }

func TestTheCaller(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		directory directory
		want      string
	}{
		"ready":             {directory{user: ports.User{ID: handlertest.CallerID, Username: "alice", KeyID: "k", TopicID: "t"}}, `true`},
		"without a topic":   {directory{user: ports.User{ID: handlertest.CallerID, Username: "alice", KeyID: "k"}}, `true`},
		"without a key":     {directory{user: ports.User{ID: handlertest.CallerID, Username: "alice", TopicID: "t"}}, `false`},
		"not projected yet": {directory{err: ports.ErrNotFound}, `false`},
	} {
		res := handlertest.Call(t, me.New(me.Deps{Users: c.directory, Log: handlertest.Log}), handlertest.Request(nil))
		if want := `{"userId":"` + handlertest.CallerID + `","username":"alice","fingerprint":"` + username.Fingerprint(handlertest.CallerID) + `","confusable":false,"ready":` + c.want + `}`; res.Body != want {
			t.Errorf("%s: answered %s", name, res.Body)
		}
	}
	res := handlertest.Call(t, me.New(me.Deps{Users: directory{err: errors.New("out")}, Log: handlertest.Log}), handlertest.Request(nil))
	handlertest.Expect(t, res, 500, "internal")
}
