package lambdahost

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sealpost/sealpost/adapters/aws/awsconfig"
)

// Host is what a function is built from.
type Host struct {
	Env *Env
	AWS aws.Config
	Log *slog.Logger
	Now func() time.Time

	function    string
	maxReceives int
	out         io.Writer
}

// Build makes the function of a host. It makes no call to the network: what is not
// called for is not paid for by the first caller.
type Build func(*Host) (lambda.Handler, error)

// Run starts a function and serves it until Lambda ends the process. It returns an
// exit code when the function cannot start.
func Run(build Build) int {
	handler, err := start(context.Background(), os.LookupEnv, os.Stdout, build)
	if err != nil {
		slog.New(newLines(os.Stdout, slog.LevelInfo)).Error("function cannot start", "error", err)
		return 1
	}
	lambda.Start(handler)
	return 0
}

// start does everything but serving.
func start(ctx context.Context, lookup func(string) (string, bool), out io.Writer, build Build) (lambda.Handler, error) {
	cfg, err := awsconfig.Load(ctx)
	if err != nil {
		return nil, err
	}
	h, err := NewHost(cfg, NewEnv(lookup), out)
	if err != nil {
		return nil, err
	}
	handler, err := build(h)
	// A constructor that chokes on an empty setting says less than the name of the
	// variable that was empty.
	if envErr := h.Env.Err(); envErr != nil {
		return nil, fmt.Errorf("reading the environment: %w", envErr)
	}
	if err != nil {
		return nil, fmt.Errorf("wiring: %w", err)
	}
	return handler, nil
}

// NewHost makes a host that logs and measures to a writer.
func NewHost(cfg aws.Config, env *Env, out io.Writer) (*Host, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(env.Optional("SEALPOST_LOG_LEVEL", "info"))); err != nil {
		return nil, fmt.Errorf("SEALPOST_LOG_LEVEL: %w", err)
	}
	return &Host{
		Env: env, AWS: cfg, Log: newLogger(out, level), Now: time.Now, out: out,
		function:    env.Optional("AWS_LAMBDA_FUNCTION_NAME", "local"),
		maxReceives: env.Int("SEALPOST_MAX_RECEIVES", 5),
	}, nil
}
