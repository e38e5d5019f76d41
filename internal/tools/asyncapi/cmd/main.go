// Command cmd writes the AsyncAPI document of the events to the given file. go generate
// runs it in the folder events.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/sealpost/sealpost/internal/tools/asyncapi"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "asyncapi:", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: asyncapi FILE")
	}
	out, err := asyncapi.Generate(os.DirFS("."))
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], out, 0o644) //nolint:gosec // a public document
}
