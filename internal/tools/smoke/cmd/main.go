// Command cmd tests a running Sealpost: make smoke.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/internal/testing/scenario"
	"github.com/sealpost/sealpost/internal/tools/smoke"
)

const usage = `usage: make smoke [SERVER=URL [MAILBOX=URL]] [FRESH=1]

Tries a Sealpost that runs somewhere: two people sign up, one sends a message, it
comes by the bus, the other opens and reads it. Without SERVER it tries what make
deploy made (build/stack.json).

    make smoke                                    # what make deploy made
    make smoke SERVER=http://127.0.0.1:8080 MAILBOX=http://127.0.0.1:8080/dev/mail/TOKEN
                                                  # what make run serves; it prints its mailbox

On AWS addresses are confirmed with your AWS credentials (cognito-idp:AdminGetUser,
AdminConfirmSignUp, AdminUpdateUserAttributes, AdminSetUserPassword). The two users
stay for the next run, because each has a KMS key; FRESH=1 makes new ones.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case err == nil:
		return
	case errors.Is(err, flag.ErrHelp):
		stop()
		os.Exit(2) //nolint:gocritic // stop has run
	}
	fmt.Fprintln(os.Stderr, "smoke: FAILED:", err)
	stop()
	os.Exit(1)
}

type options struct {
	server, mailbox, stack, home string
	fresh                        bool
	patience                     time.Duration
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	var o options
	set := flag.NewFlagSet("smoke", flag.ContinueOnError)
	set.SetOutput(errOut)
	set.Usage = func() { fmt.Fprint(errOut, usage); set.PrintDefaults() }
	set.StringVar(&o.server, "server", "", "where config.json is; empty for that of -stack")
	set.StringVar(&o.mailbox, "mailbox", "", "of an embedded server: where its mailbox is, as its start printed it")
	set.StringVar(&o.stack, "stack", "build/stack.json", "what terraform output -json printed")
	set.StringVar(&o.home, "home", "auto", "aws, embedded, or auto: by the user pool's address")
	set.BoolVar(&o.fresh, "fresh", false, "on AWS, sign up new users rather than use those of the last run")
	set.DurationVar(&o.patience, "patience", smoke.Patience, "how long to wait for each thing that takes its time")
	if err := set.Parse(args); err != nil {
		return err
	}
	switch o.home {
	case "auto", "aws", "embedded":
	default:
		return fmt.Errorf("-home is aws, embedded or auto, not %q", o.home)
	}
	if o.server == "" {
		var err error
		if o.server, err = deployed(o.stack); err != nil {
			return err
		}
	}
	hc := &http.Client{Timeout: 30 * time.Second}
	registrar, err := registrar(ctx, hc, o)
	if err != nil {
		return err
	}
	started := time.Now()
	say := func(format string, args ...any) {
		_, _ = fmt.Fprintf(out, "smoke: %5.1f s  %s\n", time.Since(started).Seconds(), fmt.Sprintf(format, args...))
	}
	if err := smoke.Run(ctx, smoke.Config{Server: o.server, HTTP: hc, Registrar: registrar, Patience: o.patience, Say: say}); err != nil {
		return err
	}
	say("passed at %s", o.server)
	return nil
}

// deployed returns the URL of the deployment that make deploy created.
func deployed(path string) (string, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the user names the path
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("no server: %s, which make deploy leaves behind, is not there; name one with SERVER=URL", path)
	} else if err != nil {
		return "", fmt.Errorf("reading what was deployed: %w", err)
	}
	var outputs struct {
		WebURL struct {
			Value string `json:"value"`
		} `json:"web_url"`
	}
	if err := json.Unmarshal(raw, &outputs); err != nil || outputs.WebURL.Value == "" {
		return "", fmt.Errorf("%s has no web_url: was it printed by terraform output -json?", path)
	}
	return outputs.WebURL.Value, nil
}

func registrar(ctx context.Context, hc *http.Client, o options) (smoke.Registrar, error) {
	cfg, err := client.Discover(ctx, hc, o.server)
	if err != nil {
		return nil, err
	}
	if o.home == "embedded" || o.home == "auto" && !onAWS(cfg) {
		if o.mailbox == "" {
			return nil, errors.New("no mailbox: an embedded server prints its address when it starts; name it with MAILBOX=URL")
		}
		return smoke.Embedded{Code: scenario.Embedded(strings.TrimRight(o.server, "/"), o.mailbox, hc).Code}, nil
	}
	sdk, err := config.LoadDefaultConfig(ctx, config.WithRegion(cfg.Region))
	if err != nil {
		return nil, fmt.Errorf("loading the AWS configuration: %w", err)
	}
	return smoke.AWS{Admin: cognito.NewFromConfig(sdk), UserPoolID: cfg.Cognito.UserPoolID, Fresh: o.fresh}, nil
}

// onAWS reports whether the user pool's endpoint is AWS's own or left to the region.
func onAWS(cfg client.Config) bool {
	u, err := url.Parse(cfg.Cognito.Endpoint)
	return err == nil && (u.Host == "" || strings.HasPrefix(u.Host, "cognito-idp.") && strings.Contains(u.Host, ".amazonaws.com"))
}
