package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/sealpost/sealpost/ports"
)

var rebuildEvents = flag.Int("events", 1_000_000, "how many events projections are rebuilt from")

// rebuilt are the projections that are rebuilt together.
var rebuilt = []string{"inbox", "unread"}

// measureRebuild measures a rebuild of inbox and unread from a log of many events, on
// an idle server and on one under load.
func measureRebuild(ctx context.Context, o options, t *table) error {
	data := filepath.Join(o.dir, "rebuild")
	if err := seedLog(ctx, data, *rebuildEvents); err != nil {
		return fmt.Errorf("filling a log: %w", err)
	}
	bare, err := bareInserts(ctx, filepath.Join(o.dir, "bare.db"), *rebuildEvents)
	if err != nil {
		return err
	}
	addr, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	s, err := startServer(ctx, o.binary, addr, data)
	if err != nil {
		return err
	}
	if err := measureQuiet(ctx, o, t, s, data, bare); err != nil {
		return errors.Join(err, s.stop())
	}
	if err := measureBusy(ctx, o, t, s, data); err != nil {
		return errors.Join(err, s.stop())
	}
	return s.stop()
}

func measureQuiet(ctx context.Context, o options, t *table, s *server, data string, bare float64) error {
	before, err := s.memory()
	if err != nil {
		return err
	}
	r, err := runRebuild(ctx, o.binary, data, s)
	if err != nil {
		return err
	}
	t.add(fmt.Sprintf("rebuild of inbox and unread, %d events", *rebuildEvents), fmt.Sprintf("%.0f events/s", r.rate), "≥ 100000/s",
		fmt.Sprintf("%.2f× bare SQLite (the same rows, nothing else: %.0f events/s)", r.rate/bare, bare))
	t.add("the whole of it", seconds(r.elapsed), "", fmt.Sprintf("filled after %s, compared and promoted after %s more; %s of processor time",
		seconds(r.filled), seconds(r.elapsed-r.filled), seconds(r.processor)))
	t.add("memory while rebuilding", fmt.Sprintf("%d MB at most", r.most/1_000_000), "flat",
		fmt.Sprintf("VmRSS: %d MB before; at each tenth of the log %s", before/1_000_000, inMB(r.memory)))
	return forget(ctx, o.binary, data)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

func inMB(series []int64) string {
	var out []string
	for _, n := range series {
		out = append(out, strconv.FormatInt(n/1_000_000, 10))
	}
	return strings.Join(out, ", ") + " MB"
}

func measureBusy(ctx context.Context, o options, t *table, s *server, data string) error {
	w, err := newWorld(ctx, s, o.clients)
	if err != nil {
		return err
	}
	if _, err := w.post(ctx, load{clients: o.clients, duration: 2 * time.Second}); err != nil { // warm up
		return err
	}
	alone, err := w.post(ctx, load{clients: o.clients, duration: o.duration / 3})
	if err != nil {
		return err
	}
	posting, stop := context.WithCancel(ctx)
	defer stop()
	type outcome struct {
		result
		err error
	}
	posted := make(chan outcome, 1)
	go func() {
		r, err := w.post(posting, load{clients: o.clients})
		posted <- outcome{r, err}
	}()
	rebuilding, cancel := context.WithTimeout(ctx, busyAtMost)
	defer cancel()
	r, err := runRebuild(rebuilding, o.binary, data, s)
	stop()
	beside := <-posted
	if rebuilding.Err() != nil && ctx.Err() == nil {
		err = nil // cut off, as by Ctrl-C; report the measurements so far
	}
	if err := errors.Join(err, beside.err); err != nil {
		return err
	}
	rate, most := perSecond(beside.result), perSecond(alone)
	t.add("posts during a rebuild", fmt.Sprintf("%.0f/s, p99 %s", rate, ms(quantile(beside.latencies, 0.99))), "≥ 50 %, p99 ≤ 250 ms",
		fmt.Sprintf("%.0f%% of %.0f/s alone (p99 %s)", 100*rate/most, most, ms(quantile(alone.latencies, 0.99))))
	ended := "it ended after " + seconds(r.elapsed)
	if rebuilding.Err() != nil {
		ended = fmt.Sprintf("cut off after %s at %.0f %%", seconds(busyAtMost), 100*r.share)
	}
	t.add("that rebuild", fmt.Sprintf("%.0f events/s", r.rate), "ends", ended+fmt.Sprintf("; memory %d MB at most", r.most/1_000_000))
	return nil
}

// busyAtMost is when a rebuild under load is cut off.
const busyAtMost = 90 * time.Second

func perSecond(r result) float64 { return float64(len(r.latencies)) / r.elapsed.Seconds() }

type rebuildRun struct {
	rate      float64
	filled    time.Duration // from the start to the last event
	elapsed   time.Duration // from the start to the end
	processor time.Duration // processor time of the server
	share     float64       // of the events that were replayed, 0 to 1

	most   int64   // largest memory of the server, in bytes
	memory []int64 // after each tenth of the log
}

func runRebuild(ctx context.Context, binary, data string, s *server) (r rebuildRun, err error) {
	cmd := exec.CommandContext(ctx, binary, append([]string{"rebuild", "--data", data, "--json"}, rebuilt...)...) //nolint:gosec // the measured binary
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return r, err
	}
	before, err := s.processorTime()
	if err != nil {
		return r, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return r, err
	}
	for in := json.NewDecoder(out); in.More(); {
		var report ports.RebuildReport
		if err := in.Decode(&report); err != nil {
			return r, errors.Join(err, cmd.Wait())
		}
		if report.Progress == nil {
			continue
		}
		r.filled = time.Since(began)
		if err := r.progress(report.Progress, s); err != nil {
			return r, errors.Join(err, cmd.Wait())
		}
	}
	err = cmd.Wait()
	r.elapsed = time.Since(began)
	after, timeErr := s.processorTime()
	r.processor = after - before
	return r, errors.Join(err, timeErr)
}

// progress handles a progress report. It is called several times a second.
func (r *rebuildRun) progress(p *ports.RebuildProgress, s *server) error {
	r.rate, r.share = p.Rate, float64(p.Done)/float64(p.Total)
	now, err := s.memory()
	if err != nil {
		return err
	}
	r.most = max(r.most, now)
	for len(r.memory) < int(10*r.share) {
		r.memory = append(r.memory, now)
	}
	return nil
}

func forget(ctx context.Context, binary, data string) error {
	cmd := exec.CommandContext(ctx, binary, append([]string{"rebuild", "--data", data, "--drop"}, rebuilt...)...) //nolint:gosec // as above
	cmd.Stderr = os.Stderr
	return cmd.Run()
}
