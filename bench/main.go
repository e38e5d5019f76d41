package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

// options are what a run can be told.
type options struct {
	binary   string
	dir      string
	clients  int
	duration time.Duration
	stored   int
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // the deferred stop only undoes signal handling
	}
}

func run(ctx context.Context) error {
	var o options
	flag.StringVar(&o.binary, "sealpost", "build/sealpost", "the binary to measure")
	flag.StringVar(&o.dir, "dir", "", "where to keep data while measuring; default: a temporary folder in build/, which is on the disk that matters")
	flag.IntVar(&o.clients, "clients", 32, "how many clients post at once")
	flag.DurationVar(&o.duration, "duration", 15*time.Second, "how long each load lasts")
	flag.IntVar(&o.stored, "stored", 100_000, "how many messages are in store when start-up is measured")
	flag.Parse()
	if o.dir == "" {
		dir, err := os.MkdirTemp("build", "bench-")
		if err != nil {
			return fmt.Errorf("making a folder to measure in: %w", err)
		}
		defer func() { _ = os.RemoveAll(dir) }() // nothing in it is worth an error
		o.dir = dir
	}
	t := &table{}
	for _, step := range []struct {
		name    string
		measure func(context.Context, options, *table) error
	}{
		{"the machine", measureMachine},
		{"sealing", measureSealing},
		{"posts", measurePosts},
	} {
		fmt.Fprintf(os.Stderr, "measuring %s …\n", step.name)
		if err := step.measure(ctx, o, t); err != nil {
			return fmt.Errorf("measuring %s: %w", step.name, err)
		}
	}
	return t.print(os.Stdout, filepath.Base(o.binary))
}
