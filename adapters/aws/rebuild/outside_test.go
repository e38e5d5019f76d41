package rebuild_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/awstest/deployed"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/ports"
)

var projections = []string{"inbox", "unread", "users"}

// Everything is replayed, for all projections. The emulator ignores which rules a
// replay names, so every rule gets it: still no key, no topic and no mail is made, and
// nothing changes that is live. With rules that let replayed events pass to everybody
// it is the consumers alone who refuse.
func TestAReplayOfEverythingHasNoSideEffect(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]deployed.Option{"as deployed": nil, "with open rules": {deployed.OpenRules()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, began := emulator.Ministack(t).Config(t), time.Now()
			d := deployed.New(t, cfg, options...)
			for i := range 3 {
				d.Publish(events.UserVerified{UserID: fmt.Sprintf("u%d", i), Username: fmt.Sprintf("user%d", i)})
			}
			eventually.True(t, "the users are ready", func() bool {
				return strings.Count(strings.Join(rows(t, cfg, d.Stack().Tables["users-1"]), "\n"), "topicId=") == 3
			})
			story(t, d, 12)
			// A mail is kept back for seconds, to cover what follows it.
			eventually.True(t, "every recipient has a mail", func() bool { return d.Outside.Mails.Load() >= 3 })
			settled(t, d)
			keys, topics, mails := d.Outside.Keys.Load(), d.Outside.Topics.Load(), d.Outside.Mails.Load()
			if keys != 3 || topics != 3 {
				t.Fatalf("%d keys, %d topics", keys, topics)
			}
			before := live(t, cfg, d)
			// A replay's times are whole seconds.
			eventually.True(t, "the archive has a past", func() bool { return time.Since(began) > 2*time.Second })

			for _, projection := range projections {
				d.AddGeneration(projection)
			}
			out, err := ask(t.Context(), cfg, d, do(ports.ActionRebuild, projections...))
			if err != nil {
				t.Fatalf("%v, having reports %+v", err, out)
			}
			settled(t, d)
			if d.Outside.Keys.Load() != keys || d.Outside.Topics.Load() != topics || d.Outside.Mails.Load() != mails {
				t.Errorf("%d keys, %d topics, %d mails; before it were %d, %d, %d",
					d.Outside.Keys.Load(), d.Outside.Topics.Load(), d.Outside.Mails.Load(), keys, topics, mails)
			}
			if refused := d.Outside.Refused.Load(); (refused > 0) != (options != nil) {
				t.Errorf("consumers refused %d replayed events", refused)
			}
			if after := live(t, cfg, d); !slices.Equal(after, before) {
				t.Errorf("the live projections changed:\n%s\nwere\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
			}
			for _, projection := range projections {
				if n := len(rows(t, cfg, d.Stack().Tables[projection+"-2"])); n == 0 {
					t.Errorf("%s-2 is empty: nothing was replayed", projection)
				}
			}
		})
	}
}

// live is everything in the live projections and in the ledger of notifications, but
// for a projection's items that are to expire: those are made anew, and say nothing.
func live(t *testing.T, cfg aws.Config, d *deployed.Deployment) []string {
	t.Helper()
	s := d.Stack()
	all := rows(t, cfg, s.Tables["notifications"])
	for _, projection := range projections {
		all = append(all, lasting(t, cfg, s.Tables[projection+"-1"])...)
	}
	return all
}

// What differs is listed, and promoted by --promote alone.
func TestDifferencesAreListed(t *testing.T) {
	t.Parallel()
	cfg := emulator.Ministack(t).Config(t)
	d := deployed.New(t, cfg)
	story(t, d, 9)
	d.AddGeneration("inbox")
	stray(t, d, "inbox-2", "u1", "made-up")
	stray(t, d, "inbox-2", "u9", "made-up")
	out, err := askWith(t.Context(), cfg, d, briefly(), do(ports.ActionRebuild, "inbox"))
	if !errors.Is(err, ports.ErrDiffers) || out.variables != "" || len(out.comparisons) != 1 {
		t.Fatalf("%v, having reports %+v", err, out)
	}
	c := out.comparisons[0]
	if c.Differing != 2 || len(c.Differences) != 2 || c.Users != 4 || c.LiveRows != 9 || c.CandidateRows != 11 {
		t.Errorf("compared %+v", c)
	}
	one, nine := c.Differences[0], c.Differences[1]
	if one.UserID != "u1" || one.Live.Rows != 3 || one.Candidate.Rows != 4 || one.Live.SHA256 == one.Candidate.SHA256 {
		t.Errorf("got %+v", one)
	}
	if nine.UserID != "u9" || nine.Live.Rows != 0 || nine.Live.SHA256 != "" || nine.Candidate.Rows != 1 {
		t.Errorf("got %+v", nine)
	}
	out, err = ask(t.Context(), cfg, d, do(ports.ActionPromote, "inbox"))
	if err != nil || !strings.Contains(out.variables, "inbox  = { live = 2, generations = [1, 2] }") {
		t.Errorf("%v and %s", err, out.variables)
	}
}

// A message that is in one generation already and in the other in a moment is no
// difference: whoever differs is looked at again.
func TestWhatArrivesMeanwhileIsNoDifference(t *testing.T) {
	t.Parallel()
	cfg := emulator.Ministack(t).Config(t)
	d := deployed.New(t, cfg)
	story(t, d, 3)
	d.AddGeneration("inbox")
	stray(t, d, "inbox-2", "u1", "on-its-way")
	done := make(chan error, 1)
	go func() {
		_, err := ask(t.Context(), cfg, d, do(ports.ActionRebuild, "inbox"))
		done <- err
	}()
	eventually.True(t, "it is compared", func() bool {
		out, err := ask(t.Context(), cfg, d, do(ports.ActionStatus))
		return err == nil && slices.Contains(steps(out.state), "inbox-2 drained")
	})
	stray(t, d, "inbox-1", "u1", "on-its-way")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func stray(t *testing.T, d *deployed.Deployment, key, user, message string) {
	t.Helper()
	if err := d.Stray(t.Context(), key, user, message); err != nil {
		t.Fatal(err)
	}
}
