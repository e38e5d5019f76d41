// Command cmd measures the start of every Lambda function beside a hello-world
// built with the same flags, in one run, taking turns, and prints the medians.
//
//	go run ./internal/lambdas/start/cmd [-n 25]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"

	"github.com/sealpost/sealpost/internal/lambdas"
	"github.com/sealpost/sealpost/internal/lambdas/start"
)

// most is how many times as long as hello-world a function may take to start.
const most = 3

const hello = "hello-world"

// settings are values of every variable that a function may ask for; nothing is
// called at a start, so that none needs to be true.
var settings = []string{
	"SEALPOST_BUS=b", "SEALPOST_USERS_TABLE=users", "SEALPOST_INBOX_TABLE=inbox", "SEALPOST_UNREAD_TABLE=unread",
	"SEALPOST_NOTIFICATIONS_TABLE=notifications", "SEALPOST_CIPHERTEXT_BUCKET=bucket", "SEALPOST_USER_POOL_ID=us-east-1_a",
	"SEALPOST_IDENTITY_POOL_ID=us-east-1:a", "SEALPOST_CURSOR_KEY=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
	"SEALPOST_NAME_PREFIX=p", "SEALPOST_KEY_STRATEGY=per-user", "SEALPOST_OPENER_ROLE_ARN=a", "SEALPOST_SENDER_ROLE_ARN=a",
	"SEALPOST_KEY_MAKER_ROLE_ARN=a", "SEALPOST_ADMIN_ROLE_ARN=a",
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "start:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	set := flag.NewFlagSet("start", flag.ContinueOnError)
	n := set.Int("n", 25, "starts of each function")
	if err := set.Parse(args); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.MkdirTemp("", "sealpost-start-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	functions, err := build(ctx, dir)
	if err != nil {
		return err
	}
	samples := map[string][]start.Sample{}
	for range max(1, *n) {
		for _, f := range functions { // taking turns, so that a busy moment hits all alike
			s, err := start.Measure(ctx, filepath.Join(dir, f.Name), settings)
			if err != nil {
				return err
			}
			samples[f.Name] = append(samples[f.Name], s)
		}
	}
	return table(out, functions, samples)
}

func build(ctx context.Context, dir string) ([]lambdas.Function, error) {
	functions, err := lambdas.Functions(".")
	if err != nil {
		return nil, err
	}
	functions = append([]lambdas.Function{{Name: hello, Package: "./internal/lambdas/start/hello"}}, functions...)
	o := lambdas.Options{Root: ".", Arch: runtime.GOARCH}
	for _, f := range functions {
		if err := lambdas.Link(ctx, o, f, filepath.Join(dir, f.Name)); err != nil {
			return nil, err
		}
	}
	return functions, nil
}

func table(out io.Writer, functions []lambdas.Function, samples map[string][]start.Sample) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	if _, err := fmt.Fprintln(w, "function\tfirst poll ms\ttimes hello\tmemory MiB\t"); err != nil {
		return err
	}
	base, _ := median(samples[hello])
	var slow error
	for _, f := range functions {
		ms, mib := median(samples[f.Name])
		if _, err := fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.1f\t\n", f.Name, ms, ms/base, mib); err != nil {
			return err
		}
		if ms > most*base {
			slow = fmt.Errorf("%s takes more than %d times as long as %s to start", f.Name, most, hello)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return slow
}

// median of the times in milliseconds and of the memory in MiB.
func median(samples []start.Sample) (ms, mib float64) {
	var times, sizes []float64
	for _, s := range samples {
		times = append(times, float64(s.Poll.Microseconds())/1000)
		sizes = append(sizes, float64(s.Bytes)/(1<<20))
	}
	slices.Sort(times)
	slices.Sort(sizes)
	return times[len(times)/2], sizes[len(sizes)/2]
}
