package session

import (
	"errors"

	"github.com/sealpost/sealpost/client"
)

// ErrNone is a server without a session.
var ErrNone = errors.New("not signed in")

// Session is a sign-in at a server.
type Session struct {
	// Server is the URL that the client was given.
	Server string `json:"server"`
	// UserPoolID and ClientID say whose tokens these are. A server that has got
	// another pool since, because its data was begun anew, gets none of them.
	UserPoolID string        `json:"userPoolId"`
	ClientID   string        `json:"clientId"`
	Username   string        `json:"username"`
	Tokens     client.Tokens `json:"tokens"`
}

// Of reports whether the session is one of the pool that a server names.
func (s Session) Of(cfg client.CognitoConfig) bool {
	return s.UserPoolID == cfg.UserPoolID && s.ClientID == cfg.ClientID
}
