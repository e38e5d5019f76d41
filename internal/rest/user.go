package rest

import (
	"github.com/sealpost/sealpost/internal/username"
	"github.com/sealpost/sealpost/ports"
)

// Name is a user's name as the contract shows it, with what tells names apart.
type Name struct {
	UserID      string `json:"userId"`
	Username    string `json:"username"`
	Fingerprint string `json:"fingerprint"`
	Confusable  bool   `json:"confusable"`
}

// NameOf takes a username that is empty when the user is unknown.
func NameOf(userID, name string) Name {
	return Name{userID, name, username.Fingerprint(userID), username.Confusable(name)}
}

// User is a user as the contract shows one to others.
type User struct {
	Name
	Ready bool `json:"ready"`
}

// UserOf leaves out key and topic.
func UserOf(u ports.User) User { return User{NameOf(u.ID, u.Username), u.Ready()} }
