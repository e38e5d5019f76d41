package archivecopy_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/sealpost/sealpost/adapters/aws/archivecopy"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

// noon is the time of the first event.
var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

type world struct {
	t      *testing.T
	cfg    aws.Config
	s3     *s3.Client
	bucket string
	copy   *archivecopy.Copy
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, cfg: emulator.Ministack(t).Config(t), bucket: awstest.Name("bucket")}
	w.s3 = s3.NewFromConfig(w.cfg, func(o *s3.Options) { o.UsePathStyle = true })
	awstest.Bucket(t, w.cfg, w.bucket)
	w.copy = archivecopy.New(w.s3, w.bucket)
	return w
}

// record is an event as EventBridge hands it to Firehose.
func (w *world) record(at time.Time, data events.Data) (string, events.Delivery) {
	w.t.Helper()
	ev := events.New(at, data)
	detail, err := events.EncodeDetail(ev)
	if err != nil {
		w.t.Fatal(err)
	}
	d := events.Delivery{ID: "x", Version: "0", Source: ev.Source(), DetailType: string(ev.Type()), Account: "1", Region: "us-east-1", Time: at, Resources: []string{}, Detail: detail}
	text, err := json.Marshal(d)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text), d
}

// put writes an object as Firehose does: records without anything between them.
func (w *world) put(key string, records ...string) {
	w.t.Helper()
	body := []byte(strings.Join(records, ""))
	if strings.HasSuffix(key, ".gz") {
		var zipped bytes.Buffer
		z := gzip.NewWriter(&zipped)
		_, _ = z.Write(body)
		if err := z.Close(); err != nil {
			w.t.Fatal(err)
		}
		body = zipped.Bytes()
	}
	_, err := w.s3.PutObject(w.t.Context(), &s3.PutObjectInput{Bucket: aws.String(w.bucket), Key: aws.String(key), Body: bytes.NewReader(body)})
	if err != nil {
		w.t.Fatal(err)
	}
}

func read(id string) events.MessageRead { return events.MessageRead{MessageID: id, RecipientID: "r"} }

func (w *world) subjects(from, until time.Time) (ids []string, err error) {
	err = w.copy.Read(w.t.Context(), from, until, func(d events.Delivery) error {
		ev, err := d.Event()
		ids = append(ids, ev.Metadata.Subject)
		return err
	})
	return ids, err
}

func TestRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var records []string
	for i := range 4 {
		text, _ := w.record(noon.Add(time.Duration(i)*time.Hour), read(fmt.Sprint(i)))
		records = append(records, text)
	}
	w.put("events/2026/11/28/12/sealpost-1-2026-11-28-12-04-59-a.gz", records[0], records[1])
	w.put("events/2026/11/28/14/sealpost-1-2026-11-28-14-04-59-b", records[2])
	w.put("events/2026/11/29/13/sealpost-1-2026-11-29-13-30-00-c.gz", records[3], records[0]) // a day late, and again
	w.put("errors/format-conversion-failed/2026/11/28/d", "not an event")
	for name, c := range map[string]struct {
		from, until time.Time
		want        string
	}{
		"all":               {time.Time{}, time.Time{}, "[0 1 2 3 0]"},
		"from an hour":      {noon.Add(time.Hour), time.Time{}, "[1 2 3]"},
		"until an hour":     {time.Time{}, noon.Add(2 * time.Hour), "[0 1 0]"},
		"what came late":    {noon.Add(3 * time.Hour), noon.Add(4 * time.Hour), "[3]"},
		"nothing that late": {noon.Add(48 * time.Hour), time.Time{}, "[]"},
	} {
		if got, err := w.subjects(c.from, c.until); err != nil || fmt.Sprint(got) != c.want {
			t.Errorf("%s: got %v, %v; want %s", name, got, err, c.want)
		}
	}
}

func TestReadNamesWhatIsDamaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	whole, _ := w.record(noon, read("a"))
	for key, body := range map[string]string{"cut": whole + whole[:40], "json": `{"detail-type":1}`, "not-gzip.gz": ""} {
		t.Run(key, func(t *testing.T) {
			w := newWorld(t)
			key := "events/2026/11/28/12/" + key
			if body == "" {
				_, err := w.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(w.bucket), Key: aws.String(key), Body: strings.NewReader("plain")})
				if err != nil {
					t.Fatal(err)
				}
			} else {
				w.put(key, body)
			}
			if _, err := w.subjects(time.Time{}, time.Time{}); !errors.Is(err, events.ErrInvalid) || !strings.Contains(err.Error(), key) {
				t.Errorf("got %v, want ErrInvalid with the object's name", err)
			}
		})
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var records []string
	for i := range 23 {
		text, _ := w.record(noon, read(fmt.Sprintf("%02d", i)))
		records = append(records, text)
	}
	user, _ := w.record(noon, events.UserVerified{UserID: "u", Username: "alice"})
	w.put("events/2026/11/28/12/a.gz", append(records, user)...)
	inbox, users := awstest.Consumer(t, w.cfg, awstest.Name("inbox"), "0"), awstest.Consumer(t, w.cfg, awstest.Name("users"), "0")
	client := sqs.NewFromConfig(w.cfg)
	var last int64
	err := w.copy.Fill(t.Context(), client, []archivecopy.Queue{
		{URL: inbox.Queue, Types: []events.Type{events.TypeMessageStored, events.TypeMessageRead}},
		{URL: users.Queue, Types: []events.Type{events.TypeUserVerified}},
	}, time.Time{}, func(sent int64) { last = sent })
	if err != nil || last != 24 {
		t.Fatalf("told of %d deliveries, error %v; want 24", last, err)
	}
	if got := received(t, client, inbox.Queue); len(got) != 23 || got[0] != "00" || got[22] != "22" {
		t.Errorf("the inbox was sent %v", got)
	}
	if got := received(t, client, users.Queue); !slices.Equal(got, []string{"u"}) {
		t.Errorf("users were sent %v", got)
	}
}

// received empties a queue, and returns the subjects of the events, which must all be marked as replayed.
func received(t *testing.T, client *sqs.Client, url string) (subjects []string) {
	t.Helper()
	for {
		out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(url), MaxNumberOfMessages: 10, VisibilityTimeout: 60})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			slices.Sort(subjects)
			return subjects
		}
		for _, m := range out.Messages {
			d, err := events.DecodeDelivery([]byte(aws.ToString(m.Body)))
			if err != nil || !d.Replayed() {
				t.Fatalf("delivery %s: replayed %v, error %v", aws.ToString(m.Body), d.Replayed(), err)
			}
			ev, err := d.Event()
			if err != nil {
				t.Fatal(err)
			}
			subjects = append(subjects, ev.Metadata.Subject)
		}
	}
}
