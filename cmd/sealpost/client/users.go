package client

import (
	"context"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

type usersCmd struct {
	serverFlags
	pageFlags
}

func (usersCmd) Help() string {
	return `Example:

	sealpost users
	sealpost users --all --json`
}

type userList struct {
	Users []client.User `json:"users"`
	// More reports whether there are more users than the limit.
	More bool `json:"more"`
}

func (c *usersCmd) Run(ctx context.Context, env *Env) error {
	api, err := signedIn(ctx, env)
	if err != nil {
		return err
	}
	users, more, err := collect(c.pageFlags, func(page client.Page) ([]client.User, string, error) {
		list, err := api.Users(ctx, page)
		return list.Users, list.Next, err
	})
	if err != nil {
		return err
	}
	rows := [][]string{{"USERNAME", "CAN BE SENT MESSAGES"}}
	for _, u := range users {
		rows = append(rows, []string{u.String(), map[bool]string{true: "yes", false: "not yet"}[u.Ready]})
	}
	if more {
		env.Notice("There are more; show them with --all.")
	}
	return env.Result(userList{users, more}, cli.Table(rows))
}
