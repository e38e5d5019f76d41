package e2e

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// maxWriteUnits is what a message may cost in DynamoDB in its whole life, a mail of
// its own included.
const maxWriteUnits = 7

// callsOfOneMessage counts what AWS bills for one message, sent, delivered,
// notified, opened and read. docs/aws-emulators.md has the figures. Calls are
// counted by the message's id: what came before may still be going on.
func (w *world) callsOfOneMessage(t *testing.T, alice, bob scenario.Person) {
	me, err := bob.Me(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	begin := w.proxy.mark()
	id := alice.Post(t, bob.Username, "text/plain", "", []byte("count me"))
	bob.WaitUnread(t, 1)
	eventually.True(t, "the message opens", func() bool {
		_, err := bob.Fetch(t.Context(), id)
		return err == nil
	})
	// The claim, and what the mail counted.
	ledger := func() int { return len(w.writes(begin, "SEALPOST_NOTIFICATIONS_TABLE", me.UserID)) }
	eventually.True(t, "the notification", func() bool { return w.proxy.since(begin, "")["sns.Publish"] > 0 && ledger() >= 2 })
	if err := bob.MarkRead(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	// Two projections stored it and marked it as read; a redelivery would add to that.
	projections := func() int {
		return len(w.writes(begin, "SEALPOST_INBOX_TABLE", id)) + len(w.writes(begin, "SEALPOST_UNREAD_TABLE", id))
	}
	eventually.True(t, "the message is read", func() bool { return projections() >= 5 })
	bob.WaitUnread(t, 0)
	n, all := w.proxy.since(begin, id), w.proxy.since(begin, "")
	n["s3 PUT"], n["s3 GET"] = all["s3 PUT"], all["s3 GET"] // an object's name says nothing of the message
	for action, want := range map[string]int{
		"AWSEvents.PutEvents": 2, "TrentService.GenerateDataKey": 1, "TrentService.Decrypt": 1, "s3 PUT": 1, "s3 GET": 1,
	} {
		if n[action] != want {
			t.Errorf("%d calls of %s, want %d", n[action], action, want)
		}
	}
	if units := w.writeUnits(t, begin, id, me.UserID); units > maxWriteUnits {
		t.Errorf("%d write units of DynamoDB, want %d at most", units, maxWriteUnits)
	}
	t.Logf("calls that name the message: %v", n)
	t.Logf("all calls meanwhile: %v", all)
}

// reads are the operations of DynamoDB that write nothing.
var reads = []string{"GetItem", "Query", "BatchGetItem"}

// writes are the calls after a mark that write what names something to a table.
func (w *world) writes(begin int, table, named string) []call {
	w.proxy.mu.Lock()
	defer w.proxy.mu.Unlock()
	var out []call
	for _, c := range w.proxy.calls[begin:] {
		operation, ours := strings.CutPrefix(c.Action, "DynamoDB_20120810.")
		if ours && !slices.Contains(reads, operation) &&
			bytes.Contains(c.Body, []byte(`"`+w.settings[table]+`"`)) && bytes.Contains(c.Body, []byte(named)) {
			out = append(out, c)
		}
	}
	return out
}

// writeUnits is what DynamoDB bills for the writes of one message: a unit for each
// write of up to 1 KB, one more for each index of the table, and for a write that a
// condition refused, too.
func (w *world) writeUnits(t *testing.T, begin int, id, recipient string) (units int) {
	client := dynamodb.NewFromConfig(w.admin)
	for table, named := range map[string]string{
		"SEALPOST_INBOX_TABLE": id, "SEALPOST_UNREAD_TABLE": id, "SEALPOST_NOTIFICATIONS_TABLE": recipient,
	} {
		out, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(w.settings[table])})
		if err != nil {
			t.Fatal(err)
		}
		calls := w.writes(begin, table, named)
		units += len(calls) * (1 + len(out.Table.GlobalSecondaryIndexes) + len(out.Table.LocalSecondaryIndexes))
		for _, c := range calls {
			if len(c.Body) > 2048 { // the item in base64, with expressions around it
				t.Errorf("%s of %d bytes: is its item below 1 KB?", c.Action, len(c.Body))
			}
		}
		t.Logf("%s: %d writes", table, len(calls))
	}
	return units
}
