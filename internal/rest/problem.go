package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// ProblemPrefix begins the type of every problem document. The names after it are
// stable, because clients compare them.
const ProblemPrefix = "urn:sealpost:problem:"

// ProblemContentType is the media type of RFC 9457.
const ProblemContentType = "application/problem+json"

// Problem is a problem document in its wire form (RFC 9457).
type Problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail,omitempty"`
	RequestID string `json:"requestId"`
}

// Error is a failure with a public part, and a cause that is logged and never sent to
// the caller.
type Error struct {
	Status int
	// Name is the last part of the problem's type, such as "bad-cursor".
	Name  string
	Title string
	// Detail tells the caller what is wrong with this request.
	Detail string
	// RetryAfter is in seconds; 0 omits the header.
	RetryAfter int
	Cause      error
}

func (e *Error) Error() string {
	if e.Cause == nil {
		return fmt.Sprintf("%d %s: %s", e.Status, e.Name, e.Detail)
	}
	return fmt.Sprintf("%d %s: %v", e.Status, e.Name, e.Cause)
}

func (e *Error) Unwrap() error { return e.Cause }

// BadRequest is the error for a request that is invalid regardless of caller and time.
func BadRequest(name, title, detail string) *Error {
	return &Error{Status: http.StatusBadRequest, Name: name, Title: title, Detail: detail}
}

// Unauthorized is the error for a request without a known caller.
func Unauthorized(detail string) *Error {
	return &Error{Status: http.StatusUnauthorized, Name: "unauthorized", Title: "Not signed in", Detail: detail}
}

// NotFound is the same error for things that do not exist and things that the caller
// may not know of.
func NotFound(name, title, detail string) *Error {
	return &Error{Status: http.StatusNotFound, Name: name, Title: title, Detail: detail}
}

// MessageNotFound is the same error for everyone but a message's recipient, and for the
// recipient if the message does not exist.
func MessageNotFound() *Error {
	return NotFound("message-not-found", "No such message", "There is no message with this id in your inbox.")
}

func internal(cause error) *Error {
	return &Error{
		Status: http.StatusInternalServerError, Name: "internal", Title: "Something failed on our side",
		Detail: "It has been logged under the request id. Trying again may help.", Cause: cause,
	}
}

// Render returns the problem document and its headers.
func (e *Error) Render(requestID string) (body []byte, header map[string]string) {
	body, err := json.Marshal(Problem{ProblemPrefix + e.Name, e.Title, e.Status, e.Detail, requestID})
	if err != nil { // cannot happen with strings and ints
		body = []byte("{}")
	}
	header = map[string]string{
		"Content-Type":           ProblemContentType,
		"Cache-Control":          "no-store",
		"X-Content-Type-Options": "nosniff",
	}
	if e.RetryAfter > 0 {
		header["Retry-After"] = strconv.Itoa(e.RetryAfter)
	}
	if e.Status == http.StatusUnauthorized {
		header["WWW-Authenticate"] = `Bearer realm="sealpost"`
	}
	return body, header
}
