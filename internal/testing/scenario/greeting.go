package scenario

import (
	"bytes"
	"regexp"
	"sync"
)

// Greeting reads the output of a starting server. It is safe for concurrent use.
type Greeting struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (g *Greeting) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.Write(p)
}

var mailboxLine = regexp.MustCompile(`(?m)^ +mailbox +(http\S+)`)

// Mailbox returns the mailbox's URL, or "" if none was printed yet.
func (g *Greeting) Mailbox() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	found := mailboxLine.FindSubmatch(g.text.Bytes())
	if found == nil {
		return ""
	}
	return string(found[1])
}
