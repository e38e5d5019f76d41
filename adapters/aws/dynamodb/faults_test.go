package dynamodb_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
)

// flawed is a table of its own behind faults.
func flawed(t *testing.T, kind string) (aws.Config, string, *faults.Transport) {
	t.Helper()
	cfg, name := emulator.Ministack(t).Config(t), awstest.Name(kind)
	awstest.Table(t, cfg, kind, name)
	tr := faults.New(http.DefaultTransport)
	return faults.Under(cfg, tr), name, tr
}

// survived are the faults after which a write must be there once, as if nothing
// had been.
var survived = map[string][]faults.Fault{
	"throttled":   {faults.Error(http.StatusBadRequest, "ProvisionedThroughputExceededException"), faults.Throttled()},
	"unavailable": {faults.Unavailable(), faults.Unavailable()},
	"timeout":     {faults.Timeout()},
	"lost answer": {faults.LostResponse(), faults.LostResponse()},
}

// change is what an event changes in a projection.
func change(p projection.Projection, ev events.Event) []projection.Change { return p.Changes(nil, ev) }

func stored(m ports.InboxMessage) events.Event {
	return events.New(m.SentAt, events.MessageStored{
		MessageID: m.ID, SenderID: m.SenderID, RecipientID: m.RecipientID, ObjectKey: m.ObjectKey, KeyID: m.KeyID,
		WrappedKey: m.WrappedKey, Algorithm: m.Algorithm, Size: m.Size,
	})
}

func read(recipientID, messageID string) events.Event {
	return events.New(time.Now(), events.MessageRead{MessageID: messageID, RecipientID: recipientID})
}

func TestFaultsOfTheProjections(t *testing.T) {
	t.Parallel()
	m := ports.InboxMessage{
		ID: "01KAV0000000000000000000AA", RecipientID: "ann", SenderID: "bob", ObjectKey: "o", KeyID: "k",
		WrappedKey: []byte{1}, Algorithm: "a", Size: 3, SentAt: time.Date(2026, 11, 24, 1, 2, 3, 4e6, time.UTC),
	}
	for name, fs := range survived {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, table, tr := flawed(t, "inbox")
			inbox := dynamodb.NewInbox(cfg, table, cursors)
			tr.On("UpdateItem", fs...)
			if err := inbox.Apply(t.Context(), change(projection.Inbox, stored(m))); err != nil {
				t.Fatal(err)
			}
			tr.On("UpdateItem", fs...)
			if err := inbox.Apply(t.Context(), change(projection.Inbox, read(m.RecipientID, m.ID))); err != nil {
				t.Fatal(err)
			}
			tr.Spent(t)
			want := m
			want.Read = true
			got, err := inbox.Get(t.Context(), m.RecipientID, m.ID)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("error %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// TestFaultsOfTheUsers: a fact is written on a condition, which fails when our own
// write succeeded and its answer was lost, as it does when another fact stands.
func TestFaultsOfTheUsers(t *testing.T) {
	t.Parallel()
	for name, fs := range survived {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, table, tr := flawed(t, "users")
			users := dynamodb.NewUsers(cfg, table, cursors)
			for _, ev := range []events.Event{
				events.New(time.Now(), events.UserVerified{UserID: "ann", Username: "Ann"}, events.WithID("01KAV1")),
				events.New(time.Now(), events.UserKeyCreated{UserID: "ann", KeyID: "second key"}, events.WithID("01KAV3")),
				events.New(time.Now(), events.UserKeyCreated{UserID: "ann", KeyID: "first key"}, events.WithID("01KAV2")),
				events.New(time.Now(), events.UserKeyCreated{UserID: "ann", KeyID: "second key"}, events.WithID("01KAV3")),
				events.New(time.Now(), events.UserTopicCreated{UserID: "ann", TopicID: "topic"}, events.WithID("01KAV4")),
			} {
				tr.On("UpdateItem", fs...)
				if err := users.Apply(t.Context(), change(projection.Users, ev)); err != nil {
					t.Fatal(err)
				}
			}
			tr.Spent(t)
			got, err := users.ByUsername(t.Context(), "ann")
			want := ports.User{ID: "ann", Username: "Ann", KeyID: "first key", TopicID: "topic"}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("error %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestFaultsOfTheUnreadSet(t *testing.T) {
	t.Parallel()
	for name, fs := range survived {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, table, tr := flawed(t, "unread")
			unread := dynamodb.NewUnread(cfg, table)
			for step, c := range []struct {
				change projection.Change
				fails  string
				want   int
			}{
				{storedChange, "GetItem", 1}, {storedChange, "PutItem", 1}, {readChange, "PutItem", 0}, {storedChange, "GetItem", 0},
			} {
				tr.On(c.fails, fs...)
				if err := unread.Apply(t.Context(), []projection.Change{c.change}); err != nil {
					t.Fatal(err)
				}
				if got, err := unread.Count(t.Context(), reader); err != nil || got.Unread != c.want {
					t.Errorf("step %d: count %+v, error %v; want %d", step, got, err, c.want)
				}
			}
			tr.Spent(t)
		})
	}
}

// TestAMessageReadMeanwhile: the message is read between the look for a tombstone and
// the write, which the condition then refuses. That is no failure.
func TestAMessageReadMeanwhile(t *testing.T) {
	t.Parallel()
	cfg, table, tr := flawed(t, "unread")
	unread := dynamodb.NewUnread(cfg, table)
	tr.On("PutItem", func(_ faults.Call, forward func() (*http.Response, error)) (*http.Response, error) {
		if err := unread.Apply(t.Context(), []projection.Change{readChange}); err != nil {
			return nil, err
		}
		return forward()
	})
	if err := unread.Apply(t.Context(), []projection.Change{storedChange}); err != nil {
		t.Error(err)
	}
	if got, err := unread.Count(t.Context(), reader); err != nil || got.Unread != 0 {
		t.Errorf("count %+v, error %v; want 0", got, err)
	}
}

// TestFaultsOfTheLedger: the answer to a claim is lost after it was granted. The
// next attempt is refused by our own claim, and must know it for its own: else
// nobody would send the mail before the lease ends.
func TestFaultsOfTheLedger(t *testing.T) {
	t.Parallel()
	for name, fs := range survived {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, table, tr := flawed(t, "notifications")
			ledger, now := dynamodb.NewLedger(cfg, table), time.Now()
			tr.On("UpdateItem", fs...)
			claim, err := ledger.Claim(t.Context(), "ann", []string{"m"}, now, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ledger.Claim(t.Context(), "ann", []string{"m"}, now, time.Minute); !errors.Is(err, ports.ErrClaimed) {
				t.Errorf("error %v, want ErrClaimed", err)
			}
			tr.On("UpdateItem", fs...)
			if err := ledger.Complete(t.Context(), claim, []string{"m"}); err != nil {
				t.Fatal(err)
			}
			if _, err := ledger.Claim(t.Context(), "ann", []string{"m"}, now.Add(time.Hour), time.Minute); !errors.Is(err, ports.ErrCovered) {
				t.Errorf("error %v, want ErrCovered", err)
			}
			tr.Spent(t)
		})
	}
}

func TestRetriesAreBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		operation string
		call      func(context.Context, aws.Config) error
	}{
		"UpdateItem": {"UpdateItem", func(ctx context.Context, cfg aws.Config) error {
			return dynamodb.NewInbox(cfg, "inbox", cursor.Signer{}).Apply(ctx, change(projection.Inbox, read("ann", "m1")))
		}},
		"PutItem": {"PutItem", func(ctx context.Context, cfg aws.Config) error {
			return dynamodb.NewUnread(cfg, "unread").Apply(ctx, []projection.Change{readChange})
		}},
		"GetItem": {"GetItem", func(ctx context.Context, cfg aws.Config) error {
			_, err := dynamodb.NewUsers(cfg, "users", cursor.Signer{}).ByID(ctx, "ann")
			return err
		}},
		"Query": {"Query", func(ctx context.Context, cfg aws.Config) error {
			_, err := dynamodb.NewUnread(cfg, "unread").Count(ctx, "ann")
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tr := faults.New(nil).On(c.operation, faults.Repeat(50, faults.Unavailable())...)
				err := c.call(t.Context(), faults.Config(tr))
				if err == nil || errors.Is(err, ports.ErrNotFound) {
					t.Errorf("error %v, want one of the infrastructure", err)
				}
				if n := len(tr.Calls("")); n != 4 {
					t.Errorf("%d calls, want 4", n)
				}
			})
		})
	}
}

// TestKeysLeftUnprocessed: BatchGetItem answers 200 with a part of what was asked.
func TestKeysLeftUnprocessed(t *testing.T) {
	t.Parallel()
	row := func(id string) string {
		return fmt.Sprintf(`{"userId":{"S":%q},"username":{"S":"U"}}`, id)
	}
	const left = `"UnprocessedKeys":{"users":{"Keys":[{"userId":{"S":"bob"}}]}}`
	synctest.Test(t, func(t *testing.T) {
		tr := faults.New(nil).On("BatchGetItem",
			faults.Answer(http.StatusOK, `{"Responses":{"users":[`+row("ann")+`]},`+left+`}`),
			faults.Answer(http.StatusOK, `{"Responses":{"users":[]},`+left+`}`),
			faults.Answer(http.StatusOK, `{"Responses":{"users":[`+row("bob")+`]},"UnprocessedKeys":{}}`))
		got, err := dynamodb.NewUsers(faults.Config(tr), "users", cursor.Signer{}).ByIDs(t.Context(), []string{"ann", "bob", "ann"})
		if err != nil || len(got) != 2 || got["bob"].Username != "U" {
			t.Errorf("got %v, error %v; want both", got, err)
		}
		if second := string(tr.Calls("BatchGetItem")[1].Body); strings.Contains(second, "ann") {
			t.Errorf("what was answered is asked for again: %s", second)
		}
		tr = faults.New(nil).On("BatchGetItem", faults.Repeat(50, faults.Answer(http.StatusOK, `{"Responses":{},`+left+`}`))...)
		if _, err := dynamodb.NewUsers(faults.Config(tr), "users", cursor.Signer{}).ByIDs(t.Context(), []string{"bob"}); err == nil {
			t.Error("no error though keys stay unprocessed")
		}
		if n := len(tr.Calls("")); n != 6 {
			t.Errorf("%d calls, want 6", n)
		}
	})
}

// TestAMessageIsWrittenAsOftenAsTheDesignSays counts what DynamoDB bills: a unit for
// each write of an item below 1 KB, in tables without an index. internal/testing/e2e counts
// the same between the real functions.
func TestAMessageIsWrittenAsOftenAsTheDesignSays(t *testing.T) {
	t.Parallel()
	cfg, inboxTable, tr := flawed(t, "inbox")
	unreadTable, ledgerTable := awstest.Name("unread"), awstest.Name("notifications")
	awstest.Table(t, cfg, "unread", unreadTable)
	awstest.Table(t, cfg, "notifications", ledgerTable)
	inbox, unread, ledger := dynamodb.NewInbox(cfg, inboxTable, cursors), dynamodb.NewUnread(cfg, unreadTable), dynamodb.NewLedger(cfg, ledgerTable)
	m := ports.InboxMessage{
		ID: "01KAV0000000000000000000AA", RecipientID: strings.Repeat("r", 36), SenderID: strings.Repeat("s", 36),
		ObjectKey: "keyed/" + strings.Repeat("f", 64), KeyID: "arn:aws:kms:us-east-1:123456789012:key/" + strings.Repeat("k", 36),
		WrappedKey: make([]byte, 300), Algorithm: "AES-256-GCM", Size: 4 << 20, SentAt: time.Now(),
	}
	ctx := t.Context()
	both := func(ev events.Event) error {
		return errors.Join(inbox.Apply(ctx, change(projection.Inbox, ev)), unread.Apply(ctx, change(projection.Unread, ev)))
	}
	err := both(stored(m))
	claim, claimErr := ledger.Claim(ctx, m.RecipientID, []string{m.ID}, m.SentAt, time.Minute)
	err = errors.Join(err, claimErr, ledger.Complete(ctx, claim, claim.MessageIDs), both(read(m.RecipientID, m.ID)))
	if err != nil {
		t.Fatal(err)
	}
	writes := append(tr.Calls("UpdateItem"), tr.Calls("PutItem")...)
	if len(writes) != 7 {
		t.Errorf("%d write units, want 7", len(writes))
	}
	for _, c := range writes {
		if len(c.Body) > 2048 { // the request wraps the item in base64 and expressions
			t.Errorf("a request of %d bytes: is its item below 1 KB?", len(c.Body))
		}
	}
	if all := len(tr.Calls("")) - len(tr.Calls("CreateTable")); all != len(writes)+2 {
		t.Errorf("%d calls, %d of which are writes; one is to look for a tombstone, one for what mails counted", all, len(writes))
	}
}

// TestMarksDoNotFillAPage counts behind more marks than one call looks at.
func TestMarksDoNotFillAPage(t *testing.T) {
	t.Parallel()
	cfg, table, tr := flawed(t, "unread")
	unread := dynamodb.NewUnread(cfg, table)
	var changes []projection.Change
	for i := range ports.UnreadCeiling + 2 {
		c := readChange
		c.Key.Item = fmt.Sprintf("01KAV%021d", i)
		if i > ports.UnreadCeiling {
			c.Stage = projection.StageUnread
		}
		changes = append(changes, c)
	}
	if err := unread.Apply(t.Context(), changes); err != nil {
		t.Fatal(err)
	}
	if got, err := unread.Count(t.Context(), reader); err != nil || got.Unread != 1 {
		t.Errorf("count %+v, error %v; want 1", got, err)
	}
	if n := len(tr.Calls("Query")); n != 2 {
		t.Errorf("%d queries, want 2", n)
	}
}
