package client

import (
	"context"
	"errors"

	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

type notificationsCmd struct {
	Confirm confirmNotificationsCmd `cmd:"" help:"Confirm with the link in the mail from AWS, so that you alone can end it."`
	Renew   renewNotificationsCmd   `cmd:"" help:"Be asked again: the mail never came, or your address is another now."`
	End     endNotificationsCmd     `cmd:"" help:"End it with the link at the end of any notification."`
}

type confirmNotificationsCmd struct {
	serverFlags
	Link string `arg:"" help:"The address of the mail's link \"Confirm subscription\": copy it, do not follow it."`
}

func (confirmNotificationsCmd) Help() string {
	return `On AWS, a mail asks each new user once whether they want to be told of messages by mail. Following its link says yes. But then each later mail's link to unsubscribe works for whoever follows it, and programs that look through mail for harmful links follow all of them. Confirmed with this command, only you can end it.

Copy the link's address rather than follow it; it holds for 48 hours.

Example:

	sealpost notifications confirm 'https://sns.eu-central-1.amazonaws.com/confirmation.html?TopicArn=...&Token=...&Endpoint=...'`
}

type renewNotificationsCmd struct {
	serverFlags
}

func (renewNotificationsCmd) Help() string {
	return `For when you never confirmed, the mail's link has ended, or your address has changed. On AWS, a mail asks your address of now, unless it confirmed before; other addresses of yours get no more notifications.

Example:

	sealpost notifications renew`
}

type endNotificationsCmd struct {
	serverFlags
	Link string `arg:"" help:"The address of a notification's link to unsubscribe."`
}

func (endNotificationsCmd) Help() string {
	return `Example:

	sealpost notifications end 'https://sns.eu-central-1.amazonaws.com/unsubscribe.html?SubscriptionArn=...&Endpoint=...'`
}

type notified struct {
	Server   string `json:"server"`
	Notified bool   `json:"notified"`
}

// Run confirms with the user's own credentials.
func (c *confirmNotificationsCmd) Run(ctx context.Context, env *Env) error {
	if err := withOwnCredentials(ctx, env, c.Link, client.Notifications.Confirm); err != nil {
		return err
	}
	return env.Result(notified{env.server, true}, "You will be told of messages by mail. Only you can end that.")
}

type renewed struct {
	Server string `json:"server"`
	// Asks reports whether AWS first sends the address a mail to confirm.
	Asks bool `json:"asks"`
}

func (c *renewNotificationsCmd) Run(ctx context.Context, env *Env) error {
	conn, err := connect(ctx, env)
	if err != nil {
		return err
	}
	api, err := conn.api()
	if err != nil {
		return err
	}
	if err := api.RenewNotifications(ctx); err != nil {
		return err
	}
	asks := conn.cfg.Cognito.IdentityPoolID != ""
	text := "You will be told of messages by mail."
	if asks {
		text = "A mail from AWS asks your address within a minute, unless it confirmed before. Its link holds for 48 hours."
	}
	return env.Result(renewed{env.server, asks}, text)
}

// Run ends notifications with the user's own credentials.
func (c *endNotificationsCmd) Run(ctx context.Context, env *Env) error {
	if err := withOwnCredentials(ctx, env, c.Link, client.Notifications.End); err != nil {
		return err
	}
	return env.Result(notified{env.server, false}, "You will not be told of messages by mail any more.")
}

func withOwnCredentials(ctx context.Context, env *Env, link string, do func(client.Notifications, context.Context, string, string) error) error {
	conn, err := connect(ctx, env)
	if err != nil {
		return err
	}
	tokens, err := conn.tokens()
	if err != nil {
		return err
	}
	token, err := tokens.Token(ctx)
	if err != nil {
		return err
	}
	return explainConfirmation(do(client.Notifications{HTTP: env.http, Config: conn.cfg}, ctx, token, link))
}

// explainConfirmation explains errors that the user's link may have caused. It returns
// other errors unchanged.
func explainConfirmation(err error) error {
	var answered smithy.APIError
	switch {
	case errors.Is(err, client.ErrNothingToConfirm):
		return cli.Fail(cli.ExitRefused, "nothing-to-confirm", "there is nothing to confirm or to end", "This server sends notifications by itself, without asking.", "")
	case errors.Is(err, client.ErrWrongLink):
		return cli.Fail(cli.ExitRefused, "wrong-link", "this is not the link of the mail", err.Error(),
			"copy the link's address from the mail from AWS Notifications, and put it in quotes")
	case !errors.As(err, &answered):
		return err
	}
	switch answered.ErrorCode() {
	case "AuthorizationError", "AccessDenied", "AccessDeniedException":
		return cli.Fail(cli.ExitRefused, "not-yours", "this link is for somebody else's notifications", answered.ErrorMessage(), "check who is signed in with: sealpost whoami")
	case "InvalidParameter", "NotFound":
		return cli.Fail(cli.ExitRefused, "link-ended", "the link does not hold any more", answered.ErrorMessage(),
			"it holds for 48 hours, and once; if you followed it, you are subscribed already; otherwise ask for a new one with: sealpost notifications renew")
	}
	return err
}
