package rest

import "github.com/sealpost/sealpost/ports"

// User is a user as the contract shows one to others.
type User struct {
	UserID   string `json:"userId"`
	Username string `json:"username"`
	Ready    bool   `json:"ready"`
}

// UserOf leaves out what is nobody else's business: key and topic.
func UserOf(u ports.User) User { return User{u.ID, u.Username, u.Ready()} }
