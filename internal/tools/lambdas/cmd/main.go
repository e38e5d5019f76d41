// Command cmd builds the Lambda functions' zips and prints a table of their sizes.
//
//	go run ./internal/tools/lambdas/cmd [-arch arm64] [-out build]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"text/tabwriter"

	"github.com/sealpost/sealpost/internal/tools/lambdas"
)

// maxZip limits a zip, in bytes, because a cold start loads it.
const maxZip = 8 << 20

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "lambdas:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	set := flag.NewFlagSet("lambdas", flag.ContinueOnError)
	arch := set.String("arch", "arm64", "architecture: arm64 (as deployed) or amd64")
	dir := set.String("out", "build", "folder for the zips")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *arch != "arm64" && *arch != "amd64" {
		return fmt.Errorf("-arch is arm64 or amd64, not %q", *arch)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	artifacts, err := lambdas.Build(ctx, lambdas.Options{Root: ".", Out: *dir, Arch: *arch})
	if err != nil {
		return err
	}
	return table(out, artifacts)
}

func table(out io.Writer, artifacts []lambdas.Artifact) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	if _, err := fmt.Fprintln(w, "function\tbinary MiB\tzip MiB\t"); err != nil {
		return err
	}
	var tooLarge error
	for _, a := range artifacts {
		if _, err := fmt.Fprintf(w, "%s\t%.1f\t%.1f\t\n", a.Name, mib(a.BinaryBytes), mib(a.ZipBytes)); err != nil {
			return err
		}
		if a.ZipBytes > maxZip {
			tooLarge = fmt.Errorf("%s has %d bytes, more than %d", a.Zip, a.ZipBytes, maxZip)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return tooLarge
}

func mib(n int64) float64 { return float64(n) / (1 << 20) }
