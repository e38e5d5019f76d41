package client

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// Tokens is what the pool returns for a sign-in.
type Tokens struct {
	ID      string `json:"idToken"`
	Access  string `json:"accessToken"`
	Refresh string `json:"refreshToken"`
	// Expires is when ID and Access expire, by this machine's clock.
	Expires time.Time `json:"expires"`
}

// Username returns the username in the ID token, or "" if it cannot be read. The
// signature is not checked, because the name is only shown and the server decides.
func (t Tokens) Username() string {
	_, rest, _ := strings.Cut(t.ID, ".")
	payload, _, _ := strings.Cut(rest, ".")
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return ""
	}
	var claims struct {
		Username string `json:"cognito:username"`
	}
	if json.Unmarshal(raw, &claims) != nil {
		return ""
	}
	return claims.Username
}
