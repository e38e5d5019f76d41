package webtest_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"
)

// writeInbox makes TestHistory write the README's picture.
var writeInbox = flag.Bool("inbox", false, "write docs/inbox.png")

// installTime is enough for apt on a slow mirror.
const installTime = 5 * time.Minute

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	ctx, cancel := context.WithTimeout(context.Background(), installTime)
	defer cancel()
	install := exec.CommandContext(ctx, "sh", "install.sh")
	if out, err := install.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "the browser tests need chromium and axe-core; install.sh failed: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}
