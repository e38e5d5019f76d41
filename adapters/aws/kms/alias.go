package kms

// Aliases names the keys of one deployment, by its prefix. Keys are used by alias
// alone: which key an alias leads to is decided by consumers/userkey and Terraform,
// and key policies admit no other alias (kms:RequestAlias). A key id that came in an
// event chooses between a user's two aliases and nothing else.
type Aliases string

// User is the alias of the user's own key (key strategy "per-user").
func (a Aliases) User(userID string) string { return "alias/" + string(a) + "/user/" + userID }

// Shared is the alias of the one key of the key strategy "shared".
func (a Aliases) Shared() string { return "alias/" + string(a) + "/shared" }

// Of is the alias under which the user's messages are sealed: the shared one if
// keyID names it, and for any other key id the user's own. It returns ErrUserID for a
// user id that may not be part of an alias.
func (a Aliases) Of(userID, keyID string) (string, error) {
	switch {
	case !userIDPattern.MatchString(userID):
		return "", ErrUserID
	case keyID == a.Shared():
		return keyID, nil
	}
	return a.User(userID), nil
}
