package operator

import (
	"strings"
	"testing"
)

// What somebody else holds is not said to be gone.
func TestALetterOutOfSight(t *testing.T) {
	t.Parallel()
	c := &redriveCmd{ID: []string{"inbox-1/a", "inbox-1/b"}, stackFlag: stackFlag{Stack: "dev.json"}}
	found := listing{letters: []letter{{ID: "inbox-1/a"}}, hidden: 2}
	err := c.allParked(found)
	if err == nil || !strings.Contains(err.Error(), "inbox-1/b is not in sight") || !strings.Contains(err.Error(), "About 2 deliveries more cannot be seen") {
		t.Errorf("got %v", err)
	}
	if text := c.listText(listing{hidden: 1}, nil); !strings.HasPrefix(text, "Nothing is in sight.\nAbout 1 delivery cannot be seen") {
		t.Errorf("got %s", text)
	}
	if err := c.allParked(listing{letters: found.letters}); err == nil || !strings.Contains(err.Error(), "inbox-1/b is not parked (any more)") {
		t.Errorf("got %v", err)
	}
	if text := c.listText(found, grouped(found.letters)); !strings.Contains(text, "redrive all: sealpost redrive --stack dev.json\nAbout 2 deliveries more") {
		t.Errorf("got %s", text)
	}
}

func TestConsumersByName(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"inbox-2": "inbox", "inbox-12": "inbox", "notify": "", "user-key": ""} {
		if got := generationOf(key); got != want {
			t.Errorf("%s: %q", key, got)
		}
	}
}
