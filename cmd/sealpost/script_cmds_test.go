package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// as NAME: what follows is done by this person, at a machine of their own.
func as(ts *testscript.TestScript, _ bool, args []string) {
	want(ts, args, 1, "as NAME")
	ts.Setenv("XDG_CONFIG_HOME", ts.MkAbs(args[0]))
}

// person NAME: signs up, confirms and signs in, and goes on as this person, whose session is
// in $SESSION. It waits until the person can be sent messages.
func person(ts *testscript.TestScript, _ bool, args []string) {
	want(ts, args, 1, "person NAME")
	name := args[0]
	as(ts, false, args)
	ts.Check(ts.Exec("sealpost", "signup", "--username", name, "--email", name+"@example.org"))
	code(ts, false, []string{name + "@example.org"})
	ts.Check(ts.Exec("sealpost", "confirm", "--username", name, ts.Getenv("CODE")))
	ts.Check(ts.Exec("sealpost", "login", "--username", name))
	files, err := filepath.Glob(filepath.Join(ts.MkAbs(name), "sealpost", "session-*.json"))
	ts.Check(err)
	if len(files) != 1 {
		ts.Fatalf("sessions: %v", files)
	}
	ts.Setenv("SESSION", files[0])
	until(ts, false, []string{`"ready": true`, "sealpost", "whoami", "--json"})
}

var codePattern = regexp.MustCompile(`\b\d{6}\b`)

// mail is one of the mailbox's.
type mail struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// code ADDRESS: puts the code of the newest mail to the address into $CODE.
func code(ts *testscript.TestScript, _ bool, args []string) {
	want(ts, args, 1, "code ADDRESS")
	res, err := http.Get(ts.Getenv("MAILBOX") + ".json?to=" + url.QueryEscape(args[0]))
	ts.Check(err)
	defer res.Body.Close()
	var mails []mail
	ts.Check(json.NewDecoder(res.Body).Decode(&mails))
	slices.SortFunc(mails, func(a, b mail) int { return b.At.Compare(a.At) })
	for _, m := range mails {
		if found := codePattern.FindString(m.Text); found != "" {
			ts.Setenv("CODE", found)
			return
		}
	}
	ts.Fatalf("no mail with a code among %v", mails)
}

// until PATTERN COMMAND...: repeats the command until its output matches, which
// what comes by events does in a moment. Without a match it fails after 30 seconds.
func until(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: until PATTERN COMMAND...")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	comes(ts, args[0], func() bool {
		return ts.Exec(args[1], args[2:]...) == nil && pattern.MatchString(ts.ReadFile("stdout"))
	})
}

// comes waits for a condition.
func comes(ts *testscript.TestScript, what string, condition func() bool) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); <-tick.C {
		if condition() {
			return
		}
	}
	ts.Fatalf("%q never came", what)
}

// exits N COMMAND...: the command ends with this exit code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: exits N COMMAND...")
	}
	wanted, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != wanted {
		ts.Fatalf("exit code %d, want %d", got, wanted)
	}
}

// tokens FIELD=VALUE...: rewrites tokens in $SESSION, as time or a thief would.
func tokens(ts *testscript.TestScript, _ bool, args []string) {
	raw, err := os.ReadFile(ts.Getenv("SESSION"))
	ts.Check(err)
	var session map[string]any
	ts.Check(json.Unmarshal(raw, &session))
	kept, ok := session["tokens"].(map[string]any)
	if !ok {
		ts.Fatalf("no tokens in %s", raw)
	}
	for _, arg := range args {
		field, value, _ := strings.Cut(arg, "=")
		if _, ok := kept[field]; !ok {
			ts.Fatalf("no %s in %s", field, raw)
		}
		kept[field] = value
	}
	raw, err = json.Marshal(session)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.Getenv("SESSION"), raw, 0o600))
}

// newest [FLAG...]: puts the id of the newest message in the inbox into $ID.
func newest(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(ts.Exec("sealpost", append([]string{"inbox", "--json", "--limit", "1"}, args...)...))
	var inbox struct {
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &inbox))
	if len(inbox.Messages) == 0 {
		ts.Fatalf("the inbox is empty")
	}
	ts.Setenv("ID", inbox.Messages[0].ID)
}

// stop-server: stops the script's server.
func stopServer(ts *testscript.TestScript, _ bool, args []string) {
	want(ts, args, 0, "stop-server")
	stop, ok := ts.Value(stopKey{}).(func() error)
	if !ok {
		ts.Fatalf("there is no server")
	}
	ts.Check(stop())
}

// bytes FILE N: makes a file of N bytes of every value.
func bytesFile(ts *testscript.TestScript, _ bool, args []string) {
	want(ts, args, 2, "bytes FILE N")
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	content := make([]byte, n)
	for i := range content {
		content[i] = byte(255 - i)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), content, 0o600))
}

func want(ts *testscript.TestScript, args []string, n int, usage string) {
	if len(args) != n {
		ts.Fatalf("usage: %s", usage)
	}
}
