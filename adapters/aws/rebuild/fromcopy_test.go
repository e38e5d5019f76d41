package rebuild_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/sealpost/sealpost/adapters/aws/rebuild"
	"github.com/sealpost/sealpost/internal/testing/awstest/deployed"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/ports"
)

// The archive is gone. Its copy fills new generations, which are the same as the live ones, and no consumer with side
// effects is given anything.
func TestRebuildFromTheCopyOfALostArchive(t *testing.T) {
	t.Parallel()
	cfg := emulator.Ministack(t).Config(t)
	d := deployed.New(t, cfg)
	story(t, d, 30)
	if n := d.WriteCopy(); n != 45 {
		t.Fatalf("%d events were copied, want 45", n)
	}
	_, err := eventbridge.NewFromConfig(cfg).DeleteArchive(t.Context(), &eventbridge.DeleteArchiveInput{ArchiveName: aws.String(d.Stack().BusName)})
	if err != nil {
		t.Fatal(err)
	}
	d.AddGeneration("inbox")
	d.AddGeneration("unread")
	d.Publish(stored("live", "u0")) // which the new rules match already

	request := do(ports.ActionRebuild, "inbox", "unread")
	if _, err := ask(t.Context(), cfg, d, request); err == nil {
		t.Fatal("an archive that is not there was replayed")
	}
	var out reports
	r := rebuild.New(rebuild.Config{Stack: d.Stack(), AWS: cfg, Waits: hasty, Now: time.Now, ReadRate: 10_000, FromCopy: true})
	if err := r.Do(t.Context(), request, out.add); err != nil {
		t.Fatalf("%v, having told %+v", err, out)
	}
	if !strings.Contains(out.variables, "inbox  = { live = 2, generations = [1, 2] }") {
		t.Errorf("told %s", out.variables)
	}
	s := d.Stack()
	for _, projection := range []string{"inbox", "unread"} {
		if a, b := lasting(t, cfg, s.Tables[projection+"-1"]), lasting(t, cfg, s.Tables[projection+"-2"]); len(a) == 0 || !slices.Equal(a, b) {
			t.Errorf("%s: %d and %d rows", projection, len(a), len(b))
		}
	}
	if !slices.ContainsFunc(out.progress, func(p ports.RebuildProgress) bool { return p.Phase == ports.PhaseFilling && p.Done == 90 }) {
		t.Errorf("progress %+v: not 45 events to two generations", out.progress)
	}
}

func TestRebuildFromACopyThatIsNotKept(t *testing.T) {
	t.Parallel()
	cfg := emulator.Ministack(t).Config(t)
	d := deployed.New(t, cfg)
	d.AddGeneration("inbox")
	s := d.Stack()
	s.ArchiveBucket = ""
	r := rebuild.New(rebuild.Config{Stack: s, AWS: cfg, Waits: hasty, Now: time.Now, ReadRate: 1000, FromCopy: true})
	if err := r.Do(t.Context(), do(ports.ActionRebuild, "inbox"), func(ports.RebuildReport) {}); !errors.Is(err, ports.ErrGenerations) {
		t.Errorf("got %v, want ErrConflict", err)
	}
}
