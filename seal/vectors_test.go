package seal_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/seal"
)

// writeVectors adds the files of new recipes. It never touches one that exists.
var writeVectors = flag.Bool("write-vectors", false, "write the vectors that are missing under testdata/vectors")

const vectorDir = "testdata/vectors"

// What a vector expects of Open.
const (
	expectOK      = "ok"
	expectRefused = "refused" // ErrOpen, and not ErrVersion
	expectVersion = "unknown version"
)

// vector is one file. Byte strings are in hex, so that they can be read.
type vector struct {
	Comment string        `json:"comment"`
	Expect  string        `json:"expect"`
	Key     hexBytes      `json:"key"`
	Context vectorContext `json:"context"`
	// Nonce to Body are there when Expect is "ok".
	Nonce       hexBytes `json:"nonce,omitempty"`
	Filename    string   `json:"filename,omitempty"`
	ContentType string   `json:"contentType,omitempty"`
	Body        hexBytes `json:"body,omitempty"`
	Sealed      hexBytes `json:"sealed"`
}

type vectorContext struct {
	MessageID   string `json:"messageId"`
	SenderID    string `json:"senderId"`
	RecipientID string `json:"recipientId"`
}

func (v vector) context() seal.Context { return seal.Context(v.Context) }

func (v vector) header() seal.Header {
	return seal.Header{Filename: v.Filename, ContentType: v.ContentType}
}

type hexBytes []byte

func (h hexBytes) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

// loadVectors reads every file there is, so that one without a recipe counts too.
func loadVectors(tb testing.TB) map[string]vector {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join(vectorDir, "*.json"))
	if err != nil {
		tb.Fatal(err)
	}
	vectors := map[string]vector{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		var v vector
		d := json.NewDecoder(bytes.NewReader(data))
		d.DisallowUnknownFields()
		if err := d.Decode(&v); err != nil {
			tb.Fatalf("%s: %v", path, err)
		}
		vectors[filepath.Base(path)] = v
	}
	return vectors
}

// TestVectorFiles asserts that no vector was changed, dropped or forgotten: each
// recipe has its file, and the file has what the recipe makes.
func TestVectorFiles(t *testing.T) {
	t.Parallel()
	made := recipes()
	for name, v := range made {
		want, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(vectorDir, name)
		got, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) && *writeVectors {
			err, got = os.WriteFile(path, append(want, '\n'), 0o644), append(want, '\n')
		}
		if err != nil {
			t.Errorf("%v (a new recipe's file is made with -write-vectors)", err)
			continue
		}
		if diff := cmp.Diff(string(want)+"\n", string(got)); diff != "" {
			t.Errorf("%s is not what its recipe makes (-recipe +file):\n%s", name, diff)
		}
	}
	for name := range loadVectors(t) {
		if _, ok := made[name]; !ok {
			t.Errorf("%s has no recipe", name)
		}
	}
}

func TestVectors(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for name, v := range loadVectors(t) {
		count[v.Expect]++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkVector(t, v)
		})
	}
	if count[expectOK] < 12 || count[expectRefused] < 27 || count[expectVersion] < 2 {
		t.Errorf("the corpus has shrunk: %v", count)
	}
}

func checkVector(t *testing.T, v vector) {
	h, body, err := seal.Open(v.Key, v.context(), v.Sealed)
	_, _, referenceErr := referenceOpen(v.Key, v.context(), v.Sealed)
	switch v.Expect {
	case expectOK:
		if err != nil || referenceErr != nil {
			t.Fatalf("does not open: %v; reference: %v", err, referenceErr)
		}
		if h != v.header() || !bytes.Equal(body, v.Body) {
			t.Errorf("opened as %q, %x", h, body)
		}
		checkSealsAs(t, v)
	case expectRefused, expectVersion:
		if !errors.Is(err, seal.ErrOpen) || referenceErr == nil {
			t.Errorf("not refused: %v; reference: %v", err, referenceErr)
		}
		if errors.Is(err, seal.ErrVersion) != (v.Expect == expectVersion) {
			t.Errorf("refused with %v", err)
		}
		if h != (seal.Header{}) || body != nil {
			t.Errorf("refused and returned all the same: %q, %x", h, body)
		}
	default:
		t.Errorf("expects %q, which means nothing", v.Expect)
	}
}

// checkSealsAs asserts the other direction: the same arguments and nonce give the
// same ciphertext, from the package and from the reference.
func checkSealsAs(t *testing.T, v vector) {
	t.Helper()
	got, err := seal.SealWithNonce([12]byte(v.Nonce), v.Key, v.context(), v.header(), v.Body)
	if err != nil || !bytes.Equal(got, v.Sealed) {
		t.Errorf("sealed again: %x, %v", got, err)
	}
	got = referenceSeal(v.Key, v.Nonce, v.context(), v.header(), v.Body, forgery{})
	if !bytes.Equal(got, v.Sealed) {
		t.Errorf("sealed by the reference: %x", got)
	}
}
