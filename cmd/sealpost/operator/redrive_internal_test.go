package operator

import (
	"strings"
	"testing"

	"github.com/sealpost/sealpost/ports"
)

// A letter that another command holds is not reported as gone.
func TestAHiddenLetter(t *testing.T) {
	t.Parallel()
	c := &redriveCmd{ID: []string{"inbox-1/a", "inbox-1/b"}, backendFlags: backendFlags{Stack: "dev.json"}}
	filter, err := c.filter()
	if err != nil {
		t.Fatal(err)
	}
	list := ports.DeadLetterList{Letters: []ports.DeadLetter{{ID: filter.IDs[0]}}, Hidden: 2}
	if err := c.checkAll(list, filter); err == nil || !strings.Contains(err.Error(), "inbox-1/b cannot be found") || !strings.Contains(err.Error(), "About 2 deliveries more cannot be read") {
		t.Errorf("got %v", err)
	}
	if text := c.listText(ports.DeadLetterList{Hidden: 1}, nil); !strings.HasPrefix(text, "Nothing can be read.\nAbout 1 delivery cannot be read") {
		t.Errorf("got %s", text)
	}
	if err := c.checkAll(ports.DeadLetterList{Letters: list.Letters}, filter); err == nil || !strings.Contains(err.Error(), "inbox-1/b is not parked (any more)") {
		t.Errorf("got %v", err)
	}
	if text := c.listText(list, grouped(lettersOf(list))); !strings.Contains(text, "redrive all: sealpost redrive --stack dev.json\nAbout 2 deliveries more") {
		t.Errorf("got %s", text)
	}
}
