// Command audittrail follows a Sealpost server and keeps an audit trail: a file with
// one line of JSON for every event, each once, in the order of the log.
//
// It is an example of a downstream system. It imports only the contract of Sealpost
// (package events), and shows what every subscriber must get right:
//
//   - Store the cursor together with the effect, so that a crash between the two cannot
//     lose or repeat events. Here the cursor is the position in the file's last line.
//   - Events arrive at least once. The trail remembers the ids that it has and skips
//     duplicates.
//   - A connection may end at any time. Reconnect with growing pauses.
//   - Keep an event of an unknown type or version unchanged. A trail must have no gaps.
//
// Run it next to a server:
//
//	export SEALPOST_SUBSCRIBER_TOKEN=$(sealpost subscribers add audit)
//	go run ./examples/audittrail -server http://127.0.0.1:8080 -file audit.jsonl
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv("SEALPOST_SUBSCRIBER_TOKEN"), os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "audittrail:", err)
		os.Exit(1) //nolint:forbidigo,gocritic // this is main; the signal handler ends with the process
	}
}

const usage = `audittrail follows a Sealpost server and keeps a file with one line of JSON for every event.

Example:

  export SEALPOST_SUBSCRIBER_TOKEN=$(sealpost subscribers add audit)
  audittrail -server http://127.0.0.1:8080 -file audit.jsonl

Flags:

`

// run follows until the context ends, which is no error.
func run(ctx context.Context, args []string, token string, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("audittrail", flag.ContinueOnError)
	flags.SetOutput(stderr)
	server := flags.String("server", "http://127.0.0.1:8080", "the server's `URL`")
	file := flags.String("file", "audit.jsonl", "the trail's `FILE`; made on first start, gone on with later")
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil // help was requested and shown
	} else if err != nil {
		return err
	}
	if token == "" {
		return errors.New("SEALPOST_SUBSCRIBER_TOKEN is empty; `sealpost subscribers add NAME` makes a token")
	}
	trail, err := openTrail(*file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, trail.close()) }()
	fmt.Fprintf(stderr, "audittrail: %s has %d events; going on behind position %d\n", *file, trail.count(), trail.cursor())
	f := follower{server: *server, token: token, trail: trail, log: stderr}
	return f.run(ctx)
}
