package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

func TestAHostileTextIsShownAndNotObeyed(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	err := show(NewEnv(cli.NewEnv(nil, &stdout, nil)), opened{contentType: "text/plain", body: []byte("hi\x1b[2J\x1b]0;pwned\a")})
	if err != nil || stdout.String() != `hi\x1b[2J\x1b]0;pwned\x07`+"\n" {
		t.Errorf("got %q, %v", stdout.String(), err)
	}
}

func TestWhatIsNoTextIsNotShown(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	err := show(NewEnv(cli.NewEnv(nil, &stdout, nil)), opened{
		id: "01ABC", contentType: "text/plain", filename: "holiday.txt", body: []byte("\xff\xd8\xff\xe0\x00"),
	})
	var f *cli.Failure
	if !errors.As(err, &f) || f.ExitCode != cli.ExitRefused || stdout.Len() != 0 {
		t.Errorf("got %v, %q", err, stdout.String())
	}
}

func TestPutToAFileOfOutputIsByteForByte(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	body := []byte("\x1b[2J\r\n\xff\x00")
	if err := (&readCmd{}).put(NewEnv(cli.NewEnv(nil, &stdout, nil)), opened{body: body}); err != nil || !bytes.Equal(stdout.Bytes(), body) {
		t.Errorf("got %q, %v", stdout.Bytes(), err)
	}
}

func TestPutJSONHoldsTextOrBase64(t *testing.T) {
	t.Parallel()
	for _, body := range [][]byte{[]byte("héllo\x1b"), {0xff, 0x00}, {}} {
		var stdout bytes.Buffer
		env := NewEnv(cli.NewEnv(nil, &stdout, nil))
		if err := (&cli.JSONFlag{JSON: true}).AfterApply(env.Env); err != nil {
			t.Fatal(err)
		}
		if err := (&readCmd{}).put(env, opened{id: "01ABC", contentType: "a/b", body: body}); err != nil {
			t.Fatal(err)
		}
		var got readResult
		if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		held := got.Base64
		if got.Text != nil {
			held = []byte(*got.Text)
		}
		if !bytes.Equal(held, body) || got.Size != len(body) || got.ID != "01ABC" {
			t.Errorf("%q: got %s", body, stdout.String())
		}
	}
}

func TestSaveIntoAFolder(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"../../.bashrc": "bashrc", "report.pdf": "report.pdf", "": "message-01ABC.txt", "..": "message-01ABC.txt",
	} {
		dir := t.TempDir()
		m := opened{id: "01ABC", contentType: "text/plain; charset=utf-8", filename: name, body: []byte("x")}
		if err := (&readCmd{Output: dir}).put(NewEnv(cli.NewEnv(nil, &bytes.Buffer{}, nil)), m); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, want)); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestOutputThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	env := NewEnv(cli.NewEnv(nil, fullDisk{}, nil))
	m := opened{body: []byte("text")}
	if err := (&readCmd{}).put(env, m); err == nil {
		t.Error("put: no error")
	}
	if err := show(env, m); err == nil {
		t.Error("show: no error")
	}
	if err := env.Result(named{"alice"}, "text"); err == nil {
		t.Error("result: no error")
	}
}
