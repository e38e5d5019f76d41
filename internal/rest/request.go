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

// MaxBody is the largest body of a message, in bytes. Lambda accepts requests of 6 MB,
// in which API Gateway encodes the body as base64 (Lambda quotas page, "Invocation
// payload").
const MaxBody = 4 << 20

// Request is a request with a known caller.
type Request struct {
	lambdaevents.APIGatewayProxyRequest
	Caller ports.Caller
}

// Bytes returns the raw body, nil if it is empty. Above [MaxBody] it returns a 413.
func (r *Request) Bytes() ([]byte, error) {
	if !r.IsBase64Encoded {
		return within([]byte(r.Body))
	}
	if base64.StdEncoding.DecodedLen(len(r.Body)) > MaxBody+2 { // +2 for the padding
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

// TooLarge is the error for a body above [MaxBody].
func TooLarge() *Error {
	return &Error{
		Status: 413, Name: "too-large", Title: "The message is too large",
		Detail: fmt.Sprintf("A message has at most %d bytes (4 MiB).", MaxBody),
	}
}

// Header returns the value of a request header; case does not matter. It returns a 400
// if the header occurs more than once, because proxies might disagree on which one
// counts.
func (r *Request) Header(name string) (string, error) {
	switch values := r.headers(name); len(values) {
	case 0:
		return "", nil
	case 1:
		return strings.TrimSpace(values[0]), nil
	}
	return "", BadRequest("bad-header", "A header came more than once", name+" may be sent once only.")
}

// HasHeader reports whether a header was sent, even if empty.
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

// Query returns a query parameter and whether it was sent. It returns a 400 if it was
// sent more than once.
func (r *Request) Query(name string) (value string, sent bool, err error) {
	if values := r.MultiValueQueryStringParameters[name]; len(values) > 1 {
		return "", true, BadRequest("bad-parameter", "A parameter came more than once", name+" may be sent once only.")
	}
	value, sent = r.QueryStringParameters[name]
	return value, sent, nil
}

// maxCursor is the contract's limit of a cursor, in characters.
const maxCursor = 1024

// Page parses limit and cursor.
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

// MessageID returns the {id} of the path in upper case. ULIDs are case-insensitive.
func (r *Request) MessageID() (string, error) {
	id := strings.ToUpper(r.PathParameters["id"])
	if !events.IsID(id) {
		// The same answer as for an unknown id.
		return "", MessageNotFound()
	}
	return id, nil
}

// traceparentPattern is W3C Trace Context's version 00.
var traceparentPattern = regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$`)

// Correlation returns ids that connect the events of this request with each other, and
// with the caller's trace if a well-formed one was sent.
func (r *Request) Correlation() (correlationID, traceparent string) {
	if tp, err := r.Header("traceparent"); err == nil && traceparentPattern.MatchString(tp) {
		traceparent = tp
	}
	return r.RequestContext.RequestID, traceparent
}
