package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

type options struct {
	binary   string
	dir      string
	clients  int
	duration time.Duration
	stored   int
	only     string
	against  string
}

type step struct {
	name    string
	measure func(context.Context, options, *table) error
	// needs names the step whose figures this step compares to.
	needs string
}

var steps = []step{
	{name: "the machine", measure: measureMachine},
	{name: "sealing", measure: measureSealing},
	{name: "posts", measure: measurePosts, needs: "the machine"},
	{name: "rebuilding", measure: measureRebuild},
	{name: "the functions", measure: measureLambdas},
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
	flag.StringVar(&o.only, "only", "", `the one step to measure, such as "the functions", and what it is compared to; default: all`)
	flag.StringVar(&o.against, "against", "", "another binary, such as one of an older commit: measure the durable posts of both in turns and print the ratio, nothing else")
	flag.Parse()
	chosen, err := choose(o)
	if err != nil {
		return err
	}
	if o.dir == "" {
		dir, err := os.MkdirTemp("build", "bench-")
		if err != nil {
			return fmt.Errorf("making a folder to measure in: %w", err)
		}
		defer func() { _ = os.RemoveAll(dir) }() // a temporary folder
		o.dir = dir
	}
	t := &table{}
	for _, step := range chosen {
		fmt.Fprintf(os.Stderr, "measuring %s …\n", step.name)
		if err := step.measure(ctx, o, t); err != nil {
			return fmt.Errorf("measuring %s: %w", step.name, err)
		}
	}
	return t.print(os.Stdout, filepath.Base(o.binary))
}

// choose returns the steps to measure: all, or the named one with the step that it
// needs, or the comparison with another binary.
func choose(o options) ([]step, error) {
	only := o.only
	switch {
	case o.against != "" && only != "":
		return nil, errors.New("give -only or -against, not both")
	case o.against != "":
		return []step{{name: "posts in turns", measure: measureAgainst}}, nil
	case only == "":
		return steps, nil
	}
	i := slices.IndexFunc(steps, func(s step) bool { return s.name == only })
	if i < 0 {
		var names []string
		for _, s := range steps {
			names = append(names, strconv.Quote(s.name))
		}
		return nil, fmt.Errorf("-only: there is no step %q, only %s", only, strings.Join(names, ", "))
	}
	var chosen []step
	for _, s := range steps { // in their order, so that needed steps come first
		if s.name == only || s.name == steps[i].needs {
			chosen = append(chosen, s)
		}
	}
	return chosen, nil
}
