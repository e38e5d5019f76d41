package events

import "testing"

func TestBadSubscriptionsAreRefused(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"not JSON":        `{`,
		"unknown field":   `{"x": {"events": ["MessageRead"], "replay": true}}`,
		"unknown event":   `{"x": {"events": ["MessageBurnt"]}}`,
		"no events":       `{"x": {"events": []}}`,
		"too long a wait": `{"x": {"events": ["MessageRead"], "delaySeconds": 901}}`,
		"negative wait":   `{"x": {"events": ["MessageRead"], "delaySeconds": -1}}`,
	} {
		if s, err := parseSubscriptions([]byte(raw)); err == nil {
			t.Errorf("%s: got %+v", name, s)
		}
	}
}
