package dynamodb_test

import (
	"os"
	"testing"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/notifying"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

func TestNotificationLedger(t *testing.T) {
	t.Parallel()
	portstest.NotificationLedger(t, func(t *testing.T) ports.NotificationLedger {
		cfg, name := emulator.Ministack(t).Config(t), awstest.Name("notifications")
		awstest.Table(t, cfg, "notifications", name)
		return dynamodb.NewLedger(cfg, name)
	})
}

func TestEveryUnreadMessageIsCounted(t *testing.T) {
	t.Parallel()
	cfg, name := emulator.Ministack(t).Config(t), awstest.Name("notifications")
	awstest.Table(t, cfg, "notifications", name)
	notifying.EveryUnreadMessageIsCounted(t, func() ports.NotificationLedger { return dynamodb.NewLedger(cfg, name) })
}
