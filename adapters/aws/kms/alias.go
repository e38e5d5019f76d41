package kms

// Aliases names the keys of the deployment with this prefix. Keys are used only by alias: consumers/userkey
// and Terraform decide which key an alias refers to, and key policies allow no other alias
// (kms:RequestAlias). A key id from an event only chooses between a user's two aliases.
type Aliases string

// User returns the alias of the user's own key (key strategy "per-user").
func (a Aliases) User(userID string) string { return "alias/" + string(a) + "/user/" + userID }

// Shared returns the alias of the only key of the key strategy "shared".
func (a Aliases) Shared() string { return "alias/" + string(a) + "/shared" }

// Of returns the alias that seals the user's messages: the shared one if keyID names it, and otherwise the
// user's own. It returns ErrUserID for a user id that cannot be part of an alias.
func (a Aliases) Of(userID, keyID string) (string, error) {
	switch {
	case !userIDPattern.MatchString(userID):
		return "", ErrUserID
	case keyID == a.Shared():
		return keyID, nil
	}
	return a.User(userID), nil
}
