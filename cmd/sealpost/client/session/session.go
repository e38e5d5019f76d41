package session

import (
	"errors"

	"github.com/sealpost/sealpost/client"
)

// ErrNone means that there is no session at the server.
var ErrNone = errors.New("not signed in")

// Session is a sign-in at a server.
type Session struct {
	// Server is the URL that was given to the client.
	Server string `json:"server"`
	// UserPoolID and ClientID say which pool issued the tokens. If the server has
	// another pool since then, because its data was replaced, that pool gets none of
	// them.
	UserPoolID string        `json:"userPoolId"`
	ClientID   string        `json:"clientId"`
	Username   string        `json:"username"`
	Tokens     client.Tokens `json:"tokens"`
}

// Of reports whether the session belongs to the user pool of cfg.
func (s Session) Of(cfg client.CognitoConfig) bool {
	return s.UserPoolID == cfg.UserPoolID && s.ClientID == cfg.ClientID
}
