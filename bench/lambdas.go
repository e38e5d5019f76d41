package main

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/sealpost/sealpost/internal/tools/lambdas/start"
)

// starts is how often each function is started and measured.
const starts = 25

// helloWorld is the baseline for the other functions.
const helloWorld = "hello-world"

// settings has a value for every variable that a function may require
// (docs/aws-functions.md). Functions make no calls when they start, so the values need
// not name anything that exists.
var settings = []string{
	"SEALPOST_BUS=bus", "SEALPOST_USERS_TABLE=users", "SEALPOST_INBOX_TABLE=inbox", "SEALPOST_UNREAD_TABLE=unread",
	"SEALPOST_NOTIFICATIONS_TABLE=notifications", "SEALPOST_NAMES_TABLE=names", "SEALPOST_CIPHERTEXT_BUCKET=ciphertext",
	"SEALPOST_USER_POOL_ID=us-east-1_bench", "SEALPOST_IDENTITY_POOL_ID=us-east-1:bench",
	"SEALPOST_CURSOR_KEY=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "SEALPOST_NAME_PREFIX=bench",
	"SEALPOST_KEY_STRATEGY=per-user", "SEALPOST_OPENER_ROLE_ARN=opener", "SEALPOST_SENDER_ROLE_ARN=sender",
	"SEALPOST_KEY_MAKER_ROLE_ARN=key-maker", "SEALPOST_ADMIN_ROLE_ARN=admin",
}

type function struct {
	name, binary          string
	binaryBytes, zipBytes int64
	polls                 []time.Duration
	memory                []int64
}

// measureLambdas measures the time from each function's start to its first poll of the
// Runtime API, and its memory at that moment, next to a hello-world built with the same
// flags.
func measureLambdas(ctx context.Context, o options, t *table) error {
	hello, functions, err := buildLambdas(ctx, filepath.Join(o.dir, "lambdas"))
	if err != nil {
		return err
	}
	if err := startInTurns(ctx, append([]*function{hello}, functions...)); err != nil {
		return err
	}
	addStarts(t, hello, functions)
	addSizes(t, hello, functions)
	return nil
}

// startInTurns starts every function once per turn, so that noise of the machine
// affects all alike. The first turn only warms the file cache.
func startInTurns(ctx context.Context, functions []*function) error {
	for turn := range 1 + starts {
		for _, f := range functions {
			s, err := start.Measure(ctx, f.binary, settings)
			if err != nil {
				return fmt.Errorf("measuring %s: %w", f.name, err)
			}
			if turn > 0 {
				f.polls = append(f.polls, s.Poll)
				f.memory = append(f.memory, s.Bytes)
			}
		}
	}
	return nil
}

func addStarts(t *table, hello *function, functions []*function) {
	slowest := largest(functions, func(f *function) time.Duration { return median(f.polls) })
	poll, base := median(slowest.polls), median(hello.polls)
	t.add(fmt.Sprintf("start to first poll, the slowest of %d functions", len(functions)),
		fmt.Sprintf("%.1f× %s", float64(poll)/float64(base), helloWorld), "≤ 3×",
		fmt.Sprintf("%s %s, %s %s: medians of %d starts in turns", slowest.name, ms(poll), helloWorld, ms(base), starts))
	fullest := largest(functions, func(f *function) int64 { return median(f.memory) })
	memory, bare := median(fullest.memory), median(hello.memory)
	t.add("memory at the first poll, the largest", fmt.Sprintf("%.1f× %s", float64(memory)/float64(bare), helloWorld), "",
		fmt.Sprintf("VmRSS: %s %s, %s %s", fullest.name, megabytes(memory), helloWorld, megabytes(bare)))
}

func addSizes(t *table, hello *function, functions []*function) {
	var sizes []int64
	for _, f := range functions {
		sizes = append(sizes, f.binaryBytes)
	}
	t.add("binaries of the functions", megabytes(slices.Min(sizes))+" to "+megabytes(slices.Max(sizes)), "",
		helloWorld+" "+megabytes(hello.binaryBytes)+"; for this machine's architecture")
	zip := largest(functions, func(f *function) int64 { return f.zipBytes })
	t.add("the largest zip", megabytes(zip.zipBytes), "≤ 8 MB", zip.name)
}

// largest returns the function for which of is largest.
func largest[T cmp.Ordered](functions []*function, of func(*function) T) *function {
	return slices.MaxFunc(functions, func(a, b *function) int { return cmp.Compare(of(a), of(b)) })
}

// median returns the median of an odd number of values.
func median[T cmp.Ordered](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
