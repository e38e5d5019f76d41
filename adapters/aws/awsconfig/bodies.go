package awsconfig

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// KeepAnswers gives a configuration's clients requests whose bodies the SDK cannot
// close. It closes a request's body as soon as it has the head of the answer
// (smithy-go, ClientHandler.Handle). net/http may not have seen the body's end by
// then: it takes the closed body for an error of sending, closes the connection
// under the answer, and the SDK tries again what was done already. A fast server
// on the same machine has this once in some six hundred calls. It matters where an
// answer is needed that a second call does not give: which messages a queue has
// just handed out.
//
// Bodies are copied into memory; do not use it for uploads.
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
