package rest

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// MaxBody is the largest body of a message in bytes: Lambda takes 6 MB of
// request, in which API Gateway wraps the body as base64 (Lambda quotas page,
// "Invocation payload").
const MaxBody = 4 << 20

// Request is a call whose caller is known.
type Request struct {
	lambdaevents.APIGatewayProxyRequest
	Caller ports.Caller
}

// Bytes returns the raw bytes that were sent. It answers 413 above [MaxBody], for
// an empty body nil.
func (r *Request) Bytes() ([]byte, error) {
	if !r.IsBase64Encoded {
		return within([]byte(r.Body))
	}
	if base64.StdEncoding.DecodedLen(len(r.Body)) > MaxBody+2 { // +2: the padding's share
		return nil, TooLarge()
	}
	body, err := base64.StdEncoding.DecodeString(r.Body)
	if err != nil {
		return nil, BadRequest("bad-body", "The body cannot be read", "The body is not valid base64.")
	}
	return within(body)
}

func within(body []byte) ([]byte, error) {
	if len(body) > MaxBody {
		return nil, TooLarge()
	}
	return body, nil
}

// TooLarge is the answer to a body above [MaxBody].
func TooLarge() *Error {
	return &Error{
		Status: 413, Name: "too-large", Title: "The message is too large",
		Detail: fmt.Sprintf("A message has at most %d bytes (4 MiB).", MaxBody),
	}
}

// Header returns a request header's value without regard to the name's case, and
// a 400 when the header came more than once: which of them counts must not be
// for a proxy to decide.
func (r *Request) Header(name string) (string, error) {
	switch values := r.headers(name); len(values) {
	case 0:
		return "", nil
	case 1:
		return strings.TrimSpace(values[0]), nil
	}
	return "", BadRequest("bad-header", "A header came more than once", name+" may be sent once only.")
}

// HasHeader reports whether a header was sent, be it empty.
func (r *Request) HasHeader(name string) bool { return len(r.headers(name)) > 0 }

func (r *Request) headers(name string) (values []string) {
	for k, vs := range r.MultiValueHeaders {
		if strings.EqualFold(k, name) {
			values = append(values, vs...)
		}
	}
	if len(values) > 0 {
		return values
	}
	for k, v := range r.Headers {
		if strings.EqualFold(k, name) {
			values = append(values, v)
		}
	}
	return values
}

// Query returns a query parameter and whether it was sent at all, and a 400
// when it came more than once.
func (r *Request) Query(name string) (value string, sent bool, err error) {
	if values := r.MultiValueQueryStringParameters[name]; len(values) > 1 {
		return "", true, BadRequest("bad-parameter", "A parameter came more than once", name+" may be sent once only.")
	}
	value, sent = r.QueryStringParameters[name]
	return value, sent, nil
}

// maxCursor is far beyond any cursor that we make.
const maxCursor = 1024

// Page reads limit and cursor.
func (r *Request) Page() (ports.PageRequest, error) {
	page := ports.PageRequest{Limit: ports.DefaultPageLimit}
	limit, sent, err := r.Query("limit")
	if err != nil {
		return page, err
	}
	if sent {
		page.Limit, err = strconv.Atoi(limit)
		if err != nil || page.Limit < ports.MinPageLimit || page.Limit > ports.MaxPageLimit {
			return page, BadRequest("bad-limit", "The limit is out of range",
				fmt.Sprintf("limit is a whole number from %d to %d.", ports.MinPageLimit, ports.MaxPageLimit))
		}
	}
	page.Cursor, sent, err = r.Query("cursor")
	if err != nil {
		return page, err
	}
	if sent && (page.Cursor == "" || len(page.Cursor) > maxCursor) {
		return page, badCursor(nil)
	}
	return page, nil
}

func badCursor(cause error) *Error {
	e := BadRequest("bad-cursor", "The cursor is not valid",
		`cursor is the "next" of an earlier page of the same list; start again without it.`)
	e.Cause = cause
	return e
}

// MessageID returns the {id} of the path in upper case: ULIDs are read in either.
func (r *Request) MessageID() (string, error) {
	id := strings.ToUpper(r.PathParameters["id"])
	if !events.IsID(id) {
		// The same answer as for an id that no message has.
		return "", MessageNotFound()
	}
	return id, nil
}

// traceparentPattern is W3C Trace Context's version 00.
var traceparentPattern = regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$`)

// Correlation ties the events that this request leads to together, and to the
// caller's trace if a well-formed one was sent.
func (r *Request) Correlation() (correlationID, traceparent string) {
	if tp, err := r.Header("traceparent"); err == nil && traceparentPattern.MatchString(tp) {
		traceparent = tp
	}
	return r.RequestContext.RequestID, traceparent
}
