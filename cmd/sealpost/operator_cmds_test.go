package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/events"
)

// What poison puts into the log, and what repair makes of it.
const (
	goodVersion = `"version":1,`
	badVersion  = `"version":99,`
)

// poison ID: puts a MessageStored into the log that no consumer understands, as a
// newer producer would. The server sees it together with its next own event.
func poison(ts *testscript.TestScript, _ bool, args []string) {
	want(ts, args, 1, "poison ID")
	detail, err := events.EncodeDetail(events.New(time.Now(), events.MessageStored{
		MessageID: args[0], SenderID: "s", RecipientID: "r", ObjectKey: "messages/" + args[0], KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a",
	}))
	ts.Check(err)
	bad := strings.Replace(string(detail), goodVersion, badVersion, 1)
	if bad == string(detail) {
		ts.Fatalf("there is no %s in %s", goodVersion, detail)
	}
	write(ts, `INSERT INTO event_log (published_at, source, type, subject, detail) VALUES (?, ?, ?, ?, ?)`,
		time.Now().UnixMilli(), events.SourceMessages, string(events.TypeMessageStored), args[0], []byte(bad))
}

// repair ID: makes the poisoned event one that consumers understand, which in life
// is what newer consumers do.
func repair(ts *testscript.TestScript, _ bool, args []string) {
	want(ts, args, 1, "repair ID")
	write(ts, `UPDATE event_log SET detail = CAST(replace(CAST(detail AS TEXT), ?, ?) AS BLOB) WHERE subject = ?`, badVersion, goodVersion, args[0])
}

// write changes the server's database from outside.
func write(ts *testscript.TestScript, query string, args ...any) {
	db, err := sqlite.Open(context.Background(), filepath.Join(ts.Getenv("SEALPOST_DATA"), serve.DatabaseFile))
	ts.Check(err)
	ts.Defer(func() { ts.Check(db.Close()) })
	ts.Check(db.Write(context.Background(), func(tx *sqlite.Tx) error {
		n, err := tx.Exec(query, args...)
		if n != 1 {
			ts.Logf("changed %d rows", n)
		}
		return err
	}))
}
