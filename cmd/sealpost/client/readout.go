package client

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
	"github.com/sealpost/sealpost/cmd/sealpost/client/save"
)

// readResult is the result of read with --json. The sender chose ContentType and
// Filename.
type readResult struct {
	ID          string `json:"id"`
	ContentType string `json:"contentType"`
	Filename    string `json:"filename,omitempty"`
	Size        int    `json:"size"`
	// One of these holds the body: the path of the file, the text if it is UTF-8, or
	// else base64.
	SavedTo string  `json:"savedTo,omitempty"`
	Text    *string `json:"text,omitempty"`
	Base64  []byte  `json:"base64,omitempty"`
}

func (c *readCmd) put(env *Env, m opened) error {
	switch {
	case c.Output != "" && c.Output != "-":
		return c.save(env, m)
	case env.JSON():
		return env.Result(m.result(), "")
	case c.Output == "-" || !terminal.Is(env.Stdout()):
		if _, err := env.Stdout().Write(m.body); err != nil {
			return fmt.Errorf("writing the message: %w", err)
		}
		return nil
	}
	return show(env, m)
}

func (m opened) result() readResult {
	r := readResult{ID: m.id, ContentType: m.contentType, Filename: m.filename, Size: len(m.body)}
	if utf8.Valid(m.body) {
		text := string(m.body)
		r.Text = &text
	} else {
		r.Base64 = m.body
	}
	return r
}

func (c *readCmd) save(env *Env, m opened) error {
	path, err := save.File(m.body, save.Target{Path: c.Output, Name: m.saveName(), Force: c.Force})
	if err != nil {
		return fmt.Errorf("saving to %s: %w", path, err)
	}
	r := readResult{ID: m.id, ContentType: m.contentType, Filename: m.filename, Size: len(m.body), SavedTo: path}
	return env.Result(r, terminal.Line(fmt.Sprintf("Saved %s to %s.", size(int64(len(m.body))), path)))
}

// saveName returns the message's name in a folder: the sender's, or one made from the
// id.
func (m opened) saveName() string {
	if name := save.Name(m.filename); name != "" {
		return name
	}
	if strings.HasPrefix(m.contentType, "text/plain") {
		return "message-" + m.id + ".txt"
	}
	return "message-" + m.id + ".bin"
}

// show writes a text to a terminal. It looks only at the content, because the sender
// chose the type.
func show(env *Env, m opened) error {
	if !terminal.Showable(m.body) {
		what := size(int64(len(m.body))) + " of " + m.contentType
		if m.filename != "" {
			what += ", " + quote(m.filename)
		}
		return cli.Fail(cli.ExitRefused, "not-text", "the message is no text", "It is "+what+".",
			"save it with: "+env.command("read", m.id, "-o", "."))
	}
	text := terminal.Text(string(m.body))
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	if _, err := fmt.Fprint(env.Stdout(), text); err != nil {
		return fmt.Errorf("writing the message: %w", err)
	}
	return nil
}
