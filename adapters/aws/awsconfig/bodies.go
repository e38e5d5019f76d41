package awsconfig

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// KeepAnswers returns a configuration whose clients send bodies that the SDK cannot close. The SDK closes a
// request's body as soon as it has the head of the answer (smithy-go, ClientHandler.Handle). If net/http has
// not reached the body's end by then, it takes the closed body for a send error and closes the connection
// before the answer is read, and the SDK repeats a call that has succeeded. With a fast server on the same
// machine this happens about once in six hundred calls. It matters for calls whose answer a second call does
// not return, such as the messages that a queue has just handed out.
//
// Bodies are copied into memory, so do not use it for uploads.
func KeepAnswers(cfg aws.Config) aws.Config {
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = awshttp.NewBuildableClient()
	}
	cfg.HTTPClient = ownBodies{cfg.HTTPClient}
	return cfg
}

type ownBodies struct{ next aws.HTTPClient }

// Do implements aws.HTTPClient.
func (c ownBodies) Do(req *http.Request) (*http.Response, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return c.next.Do(req)
	}
	raw, err := io.ReadAll(req.Body)
	if err := errors.Join(err, req.Body.Close()); err != nil {
		return nil, err
	}
	own := req.Clone(req.Context())
	own.Body = io.NopCloser(bytes.NewReader(raw))
	return c.next.Do(own)
}
