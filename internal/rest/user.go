package rest

import (
	"github.com/sealpost/sealpost/internal/username"
	"github.com/sealpost/sealpost/ports"
)

// Name is a user's name in the contract, with what tells similar names apart.
type Name struct {
	UserID      string `json:"userId"`
	Username    string `json:"username"`
	Fingerprint string `json:"fingerprint"`
	Confusable  bool   `json:"confusable"`
}

// NameOf returns the Name. The username is empty if the user is unknown.
func NameOf(userID, name string) Name {
	return Name{userID, name, username.Fingerprint(userID), username.Confusable(name)}
}

// User is a user as other users see one in the contract.
type User struct {
	Name
	Ready bool `json:"ready"`
}

// UserOf omits key and topic.
func UserOf(u ports.User) User { return User{NameOf(u.ID, u.Username), u.Ready()} }
