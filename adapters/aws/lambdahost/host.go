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

// Host has what functions are built from.
type Host struct {
	Env *Env
	AWS aws.Config
	Log *slog.Logger
	Now func() time.Time

	function    string
	maxReceives int
	out         io.Writer
}

// Build returns the function of a host. It must not use the network, because the first caller would wait for
// that.
type Build func(*Host) (lambda.Handler, error)

// Run starts a function and serves it until Lambda ends the process. It returns an exit code if the function
// cannot start.
func Run(build Build) int {
	handler, err := start(context.Background(), os.LookupEnv, os.Stdout, build)
	if err != nil {
		slog.New(newLines(os.Stdout, slog.LevelInfo)).Error("function cannot start", "error", err)
		return 1
	}
	lambda.Start(handler)
	return 0
}

// start does everything except serving.
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
	// The error about an empty variable names it, unlike the error of a constructor that got an empty
	// setting.
	if envErr := h.Env.Err(); envErr != nil {
		return nil, fmt.Errorf("reading the environment: %w", envErr)
	}
	if err != nil {
		return nil, fmt.Errorf("wiring: %w", err)
	}
	return handler, nil
}

// NewHost returns a host that writes logs and metrics to out.
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
