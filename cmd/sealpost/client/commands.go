package client

import "github.com/alecthomas/kong"

// Commands are the client's commands, to be embedded in the root command.
type Commands struct {
	Signup   signupCmd   `cmd:"" group:"account" help:"Register a user."`
	Confirm  confirmCmd  `cmd:"" group:"account" help:"End a registration with the code from the mail."`
	Resend   resendCmd   `cmd:"" group:"account" help:"Have the code for confirm sent again."`
	Login    loginCmd    `cmd:"" group:"account" help:"Sign in."`
	Logout   logoutCmd   `cmd:"" group:"account" help:"Sign out."`
	Forgot   forgotCmd   `cmd:"" group:"account" help:"Ask for a code to set a new password with."`
	Reset    resetCmd    `cmd:"" group:"account" help:"Set a new password with the code from the mail."`
	Password passwordCmd `cmd:"" group:"account" help:"Set a new password by the present one."`
	Whoami   whoamiCmd   `cmd:"" group:"account" help:"Show who is signed in."`

	Notifications notificationsCmd `cmd:"" group:"account" help:"Say that you want to be told of messages by mail."`

	Users  usersCmd  `cmd:"" group:"messages" help:"List the registered users."`
	Send   sendCmd   `cmd:"" group:"messages" help:"Send a message or a file."`
	Inbox  inboxCmd  `cmd:"" group:"messages" help:"List your messages, newest first."`
	Unread unreadCmd `cmd:"" group:"messages" help:"Count your unread messages."`
	Read   readCmd   `cmd:"" group:"messages" help:"Open a message and mark it as read."`

	Version versionCmd `cmd:"" group:"other" help:"Show which version this is."`
}

// Groups returns the titles under which help lists the commands, keyed by the group
// tags.
func Groups() []kong.Group {
	return []kong.Group{
		{Key: "server", Title: "Server:"},
		{Key: "account", Title: "Your account:"},
		{Key: "messages", Title: "Messages:"},
		{Key: "other", Title: "Other:"},
	}
}
