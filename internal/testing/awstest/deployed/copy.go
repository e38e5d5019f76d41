package deployed

import (
	"bytes"
	"compress/gzip"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/sealpost/sealpost/internal/testing/awstest"
)

// archiveCopy creates the bucket of the archive's copy. The emulator's rules cannot
// target Firehose, so a queue takes the events instead.
func (d *Deployment) archiveCopy() {
	d.t.Helper()
	name := d.stack.BusName + "-archive"
	d.stack.ArchiveBucket = name
	awstest.Bucket(d.t, d.cfg, name)
	url, arn := awstest.Queue(d.t, d.cfg, name, nil)
	d.copied = url
	awstest.Rule(d.t, d.cfg, d.stack.BusName, name, `{"source": [{"prefix": "sealpost."}], "replay-name": [{"exists": false}]}`, arn)
}

// WriteCopy writes the events since the last call into the archive's copy, as Firehose
// does: gzipped, concatenated, under the hour of their arrival. It returns the number
// of events.
func (d *Deployment) WriteCopy() (n int) {
	d.t.Helper()
	client := sqs.NewFromConfig(d.cfg)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	for {
		out, err := client.ReceiveMessage(d.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(d.copied), MaxNumberOfMessages: 10, VisibilityTimeout: 3600})
		if err != nil {
			d.t.Fatalf("deployed: reading what is to be copied: %v", err)
		}
		if len(out.Messages) == 0 {
			break
		}
		for _, m := range out.Messages {
			_, _ = z.Write([]byte(aws.ToString(m.Body)))
			n++
		}
	}
	if err := z.Close(); err != nil {
		d.t.Fatal(err)
	}
	now := time.Now().UTC()
	key := now.Format("events/2006/01/02/15/") + now.Format(time.RFC3339Nano) + ".gz"
	store := s3.NewFromConfig(d.cfg, func(o *s3.Options) { o.UsePathStyle = true })
	_, err := store.PutObject(d.t.Context(), &s3.PutObjectInput{Bucket: aws.String(d.stack.ArchiveBucket), Key: aws.String(key), Body: bytes.NewReader(zipped.Bytes())})
	if err != nil {
		d.t.Fatalf("deployed: writing the archive's copy: %v", err)
	}
	return n
}
