package portstest

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/ports"
)

// lister lists with everything but the page fixed.
type lister[T any] func(context.Context, ports.PageRequest) (ports.Page[T], error)

// manyPages is more than the pages of any test's list.
const manyPages = 1000

// walk follows a list to its end and returns all items. It calls between, unless nil, after every page but
// the last.
func walk[T any](t *testing.T, list lister[T], limit int, between func()) []T {
	t.Helper()
	var items []T
	page := ports.PageRequest{Limit: limit}
	for range manyPages {
		got, err := list(t.Context(), page)
		if err != nil {
			t.Fatalf("page after %d items: %v", len(items), err)
		}
		if len(got.Items) > limit {
			t.Fatalf("a page of %d items, the limit is %d", len(got.Items), limit)
		}
		items = append(items, got.Items...)
		if got.Next == "" {
			return items
		}
		if len(got.Items) == 0 {
			t.Fatal("a page that has a Next is empty")
		}
		if between != nil {
			between()
		}
		page.Cursor = got.Next
	}
	t.Fatalf("the list does not end: %d items", len(items))
	return nil
}

// limits returns limits to try on a list of n items: one, uneven, all, and more than all.
func limits(n int) []int {
	return []int{ports.MinPageLimit, 2, 3, n - 1, n, n + 1, ports.MaxPageLimit}
}

func nextOf[T any](t *testing.T, list lister[T]) string {
	t.Helper()
	page, err := list(t.Context(), ports.PageRequest{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if page.Next == "" {
		t.Fatal("the list needs two items at least")
	}
	return page.Next
}

// refuses checks that a list accepts none of the cursors.
func refuses[T any](t *testing.T, list lister[T], cursors map[string]string) {
	t.Helper()
	for name, c := range cursors {
		t.Log(name)
		wantErr(t, list, ports.PageRequest{Limit: 1, Cursor: c}, ports.ErrBadCursor)
	}
}

func wantErr[T any](t *testing.T, list lister[T], page ports.PageRequest, want error) {
	t.Helper()
	got, err := list(t.Context(), page)
	if !errors.Is(err, want) {
		t.Errorf("%+v: error %v, want %v", page, err, want)
	}
	if len(got.Items) > 0 || got.Next != "" {
		t.Errorf("%+v: %d items and next %q with the error", page, len(got.Items), got.Next)
	}
}

// forgeries returns variants of a valid cursor that an attacker may try.
func forgeries(good string) map[string]string {
	bad := map[string]string{
		"a word":       "garbage",
		"one byte":     "A",
		"JSON":         `{"id":"1"}`,
		"base64 JSON":  base64.RawURLEncoding.EncodeToString([]byte(`{"id":"1"}`)),
		"not UTF-8":    "\xff\xfe",
		"NUL":          good + "\x00",
		"line break":   good + "\n",
		"padding":      good + "=",
		"longer":       good + "A",
		"cut":          good[:len(good)-1],
		"cut in front": good[1:],
		"half":         good[:len(good)/2],
		"twice":        good + good,
		"upside down":  strings.ToUpper(good) + "-",
		"very long":    strings.Repeat("A", 1<<16),
	}
	for i := 0; i < len(good); i += 7 {
		c := []byte(good)
		c[i] = 'A'
		if good[i] == 'A' {
			c[i] = 'B'
		}
		bad["changed at "+string(c[:i+1])] = string(c)
	}
	return bad
}
