package storemessage

import (
	"crypto/rand"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sealpost/sealpost/internal/claimcheck"
	"github.com/sealpost/sealpost/internal/disposition"
	"github.com/sealpost/sealpost/internal/rest"
	"github.com/sealpost/sealpost/seal"
)

// Limits on a message's headers, as in api/openapi.yaml.
const (
	maxUsername       = 128
	maxIdempotencyKey = 255
	maxContentType    = 255
	maxFilename       = 255 // bytes: the limit of common file systems
	maxDisposition    = 2048
)

// defaultContentType is the type of a body without a Content-Type (RFC 9110, 8.3).
const defaultContentType = "application/octet-stream"

// submission is a validated request to send a message.
type submission struct {
	to             string
	header         seal.Header
	body           []byte
	idempotencyKey string
}

func readSubmission(r *rest.Request) (s submission, err error) {
	s.to, _, err = r.Query("to")
	if err != nil {
		return s, err
	}
	if s.to == "" || !utf8.ValidString(s.to) || utf8.RuneCountInString(s.to) > maxUsername {
		return s, rest.BadRequest("bad-recipient", "The recipient is missing or too long", `"to" is a username, 1 to 128 characters.`)
	}
	if s.idempotencyKey, err = idempotencyKey(r); err != nil {
		return s, err
	}
	if err := unencoded(r); err != nil {
		return s, err
	}
	if s.header.ContentType, err = contentType(r); err != nil {
		return s, err
	}
	if s.header.Filename, err = filename(r); err != nil {
		return s, err
	}
	s.body, err = r.Bytes()
	return s, err
}

// place returns where the ciphertext goes, and a fingerprint that tells a retry from
// another message. Without an idempotency key the place is random.
func (s submission) place(ec seal.Context) (place, fingerprint string, err error) {
	if s.idempotencyKey == "" {
		return claimcheck.Place(ec.SenderID, rand.Text()), "", nil
	}
	fingerprint, err = claimcheck.Fingerprint(ec.SenderID, s.idempotencyKey, s.body, ec.RecipientID, s.header.Filename, s.header.ContentType)
	if err != nil {
		return "", "", fmt.Errorf("computing the fingerprint: %w", err)
	}
	return claimcheck.Place(ec.SenderID, s.idempotencyKey), fingerprint, nil
}

func idempotencyKey(r *rest.Request) (string, error) {
	key, err := r.Header("Idempotency-Key")
	if err != nil {
		return "", err
	}
	empty := key == "" && r.HasHeader("Idempotency-Key") // such as an unset variable: the sender relies on a key
	if empty || len(key) > maxIdempotencyKey || strings.ContainsFunc(key, func(c rune) bool { return c < 0x20 || c > 0x7e }) {
		return "", rest.BadRequest("bad-idempotency-key", "The idempotency key is not valid",
			"Idempotency-Key is 1 to 255 printable ASCII characters.")
	}
	return key, nil
}

// unencoded refuses a body with a Content-Encoding, because the recipient would get the
// encoded bytes.
func unencoded(r *rest.Request) error {
	value, err := r.Header("Content-Encoding")
	if err != nil {
		return err
	}
	if value != "" && !strings.EqualFold(value, "identity") {
		return unsupported("Send the body without Content-Encoding.")
	}
	return nil
}

func unsupported(detail string) *rest.Error {
	return &rest.Error{Status: http.StatusUnsupportedMediaType, Name: "unsupported-media-type", Title: "The media type is not taken", Detail: detail}
}

func contentType(r *rest.Request) (string, error) {
	value, err := r.Header("Content-Type")
	if err != nil {
		return "", err
	}
	if value == "" {
		return defaultContentType, nil
	}
	mediaType, _, err := mime.ParseMediaType(value)
	if err != nil || len(value) > maxContentType || !plain(value) {
		return "", rest.BadRequest("bad-content-type", "The content type is not valid",
			"Content-Type is a media type such as text/plain; charset=utf-8, at most 255 characters.")
	}
	if mediaType == "multipart/form-data" {
		return "", unsupported("Send the file itself as the body, not a form: curl --data-binary @FILE instead of -F.")
	}
	return value, nil
}

// filename reads Content-Disposition. The recipient saves under this name and gets it
// back in a header. A name that could lead to another folder or inject a header is
// refused, not repaired.
func filename(r *rest.Request) (string, error) {
	value, err := r.Header("Content-Disposition")
	if err != nil || value == "" {
		return "", err
	}
	if len(value) > maxDisposition {
		return "", badFilename(nil)
	}
	name, err := disposition.Filename(value)
	if err != nil {
		return "", badFilename(err)
	}
	bad := len(name) > maxFilename || name == "." || name == ".." || strings.ContainsAny(name, `/\`) || !plain(name)
	if bad {
		return "", badFilename(nil)
	}
	return name, nil
}

// plain reports whether a text is UTF-8 without control characters, line breaks and
// bidirectional controls, which can show "gpj.exe" as "exe.jpg".
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(c rune) bool {
		return unicode.IsControl(c) || unicode.In(c, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
	})
}

func badFilename(cause error) *rest.Error {
	e := rest.BadRequest("bad-filename", "The filename is not valid",
		`Content-Disposition is like: attachment; filename="report.pdf". A filename has at most 255 bytes, no path and no control characters; filename* is UTF-8 or ISO-8859-1, percent-encoded.`)
	e.Cause = cause
	return e
}
