package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sealpost/sealpost/adapters/aws/rebuild"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/awstest/deployed"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// hasty is sealpost with the waits for an emulator, whose archive is never behind.
func hasty() {
	waits := rebuild.Waits{
		Lag: time.Second, Settle: time.Second, Poll: 20 * time.Millisecond, Checks: 3, Recheck: time.Second, RecheckEvery: 50 * time.Millisecond,
	}
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, kong.Bind(waits)))
}

// Each script in testdata/stack has a deployment of its own in an emulator of AWS.
func TestScriptsOnAWS(t *testing.T) {
	t.Parallel()
	server := emulator.Ministack(t)
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/stack",
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			account := emulator.Account(t)
			d := deployed.New(t, server.ConfigFor(account, "test"))
			env.Values[deployedKey{}] = d
			for name, value := range map[string]string{
				"AWS_ENDPOINT_URL": server.URL(), "AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "test",
				"SEALPOST_STACK": d.WriteOutputs(env.WorkDir), "HOME": env.WorkDir, "TZ": "UTC", "GORACE": "atexit_sleep_ms=0",
				"AWS_EC2_METADATA_DISABLED": "true", "NOBODY": emulator.Account(t),
			} {
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "until": until, "apply": apply, "messages": messages, "harm": harm,
			"key": key, "user": user, "enabled": enabled,
		},
	})
}

// deployedKey is where a script finds its deployment.
type deployedKey struct{}

func deployment(ts *testscript.TestScript) *deployed.Deployment {
	d, ok := ts.Value(deployedKey{}).(*deployed.Deployment)
	if !ok {
		ts.Fatalf("there is no deployment")
	}
	return d
}

// apply add PROJECTION, apply live PROJECTION N: does what Terraform does, and writes
// the outputs again. apply copy: the archive's copy has what was published so far.
func apply(ts *testscript.TestScript, _ bool, args []string) {
	d := deployment(ts)
	switch {
	case len(args) == 1 && args[0] == "copy":
		d.WriteCopy()
	case len(args) == 2 && args[0] == "add":
		d.AddGeneration(args[1])
	case len(args) == 3 && args[0] == "live":
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		d.SetLive(args[1], n)
	default:
		ts.Fatalf("usage: apply copy | apply add PROJECTION | apply live PROJECTION N")
	}
	d.WriteOutputs(ts.Getenv("WORK"))
}

// messages N: so many are stored, and are in the first generation of the inbox.
func messages(ts *testscript.TestScript, _ bool, args []string) {
	want(ts, args, 1, "messages N")
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	d := deployment(ts)
	var all []events.Data
	for i := range n {
		id := fmt.Sprintf("m%d-%d", i, time.Now().UnixNano())
		all = append(all, events.MessageStored{
			MessageID: id, SenderID: "s", RecipientID: "alice", ObjectKey: "messages/" + id, KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a",
		})
	}
	d.Publish(all...)
	ts.Check(d.Idle(context.Background(), eventually.Patience))
}

// harm stray KEY: puts an item into a generation that no event made. harm park KEY: puts
// a delivery into its dead-letter queue.
func harm(ts *testscript.TestScript, _ bool, args []string) {
	want(ts, args, 2, "harm stray|park KEY")
	d := deployment(ts)
	switch args[0] {
	case "stray":
		ts.Check(d.Stray(context.Background(), args[1], "alice", "stray"))
	case "park":
		ts.Check(d.Park(context.Background(), args[1], "{}"))
	default:
		ts.Fatalf("no harm %q", args[0])
	}
}
