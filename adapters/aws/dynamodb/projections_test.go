package dynamodb_test

import (
	"testing"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/ports/portstest"
)

var cursors = cursor.New([]byte("0123456789abcdef0123456789abcdef"))

func TestUsers(t *testing.T) {
	t.Parallel()
	portstest.Users(t, func(t *testing.T) portstest.UsersAdapter {
		cfg, name := emulator.Ministack(t).Config(t), awstest.Name("users")
		awstest.Table(t, cfg, "users", name)
		return dynamodb.NewUsers(cfg, name, cursors)
	})
}

func TestInbox(t *testing.T) {
	t.Parallel()
	portstest.Inbox(t, func(t *testing.T) portstest.InboxAdapter {
		cfg, name := emulator.Ministack(t).Config(t), awstest.Name("inbox")
		awstest.Table(t, cfg, "inbox", name)
		return dynamodb.NewInbox(cfg, name, cursors)
	})
}

func TestUnread(t *testing.T) {
	t.Parallel()
	portstest.Unread(t, func(t *testing.T) portstest.UnreadAdapter {
		cfg, name := emulator.Ministack(t).Config(t), awstest.Name("unread")
		awstest.Table(t, cfg, "unread", name)
		return dynamodb.NewUnread(cfg, name)
	})
}
