package client

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

// content is a message to send. It is held in memory, because every try has to send the
// same bytes and a file may change between tries.
type content struct {
	body                  []byte
	filename, contentType string
}

func (c *sendCmd) load(ctx context.Context, env *Env) (content, error) {
	loaded := content{filename: c.Name, contentType: c.ContentType}
	var err error
	switch {
	case c.Message != nil:
		loaded.body = []byte(*c.Message)
	case c.File == "" || c.File == "-":
		loaded.body, err = readStdin(ctx, env)
	default:
		loaded.body, err = readFile(ctx, c.File)
		if loaded.filename == "" {
			// On most systems a file name may hold any bytes, but the API takes text
			// only.
			loaded.filename = strings.ToValidUTF8(filepath.Base(c.File), "\uFFFD")
		}
	}
	if err != nil {
		return content{}, err
	}
	if len(loaded.body) > client.MaxBody {
		return content{}, tooLarge("more than 4 MiB")
	}
	if loaded.contentType == "" {
		loaded.contentType = contentType(loaded.filename, loaded.body)
	}
	return loaded, nil
}

func readStdin(ctx context.Context, env *Env) ([]byte, error) {
	if terminal.Is(env.Stdin()) {
		env.Notice("Type the message; end it with Ctrl-D on a line of its own.")
	}
	body, err := terminal.ReadAll(ctx, env.Stdin(), client.MaxBody)
	if err != nil {
		return nil, fmt.Errorf("reading standard input: %w", err)
	}
	return body, nil
}

func readFile(ctx context.Context, path string) (_ []byte, err error) {
	f, err := os.Open(path) //nolint:gosec // the user chose the path
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, cli.Fail(cli.ExitUsage, "is-a-folder", path+" is a folder", "", "pack it first: tar cz "+quote(path)+" | sealpost send ... --name "+quote(filepath.Base(path)+".tar.gz"))
	}
	if info.Size() > client.MaxBody {
		return nil, tooLarge(size(info.Size()))
	}
	// Stat gives no useful size for a named pipe, and reading one may block.
	return terminal.ReadAll(ctx, f, client.MaxBody)
}

func tooLarge(has string) error {
	return cli.Fail(cli.ExitRefused, "too-large", "the message is too large", "It has "+has+"; a message has at most 4 MiB.", "")
}

// contentType goes by the extension of the name, or by the content if the extension is
// unknown.
func contentType(filename string, body []byte) string {
	found := mime.TypeByExtension(filepath.Ext(filename))
	if found == "" {
		found = http.DetectContentType(body)
	}
	// Both call any text UTF-8. Without a charset, invalid UTF-8 is at least not
	// mislabeled; bytes that are no text at all are just bytes.
	if utf8.Valid(body) || !strings.Contains(found, "charset=utf-8") {
		return found
	}
	if base, _, _ := strings.Cut(found, ";"); base != "text/plain" {
		return base
	}
	return "application/octet-stream"
}
