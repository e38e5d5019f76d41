package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Embedded returns the world of an embedded server with the mailbox at the URL that the
// server printed.
func Embedded(server, mailURL string, hc *http.Client) World {
	box := mailbox{mailURL, hc}
	return World{Server: server, HTTP: hc, Code: box.code, Notifications: box.notifications}
}

type mailbox struct {
	url  string
	http *http.Client
}

type mail struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

func (m mailbox) list(ctx context.Context, address string) (mails []mail, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, m.url+".json?to="+url.QueryEscape(address), nil)
	if err != nil {
		return nil, err
	}
	res, err := m.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }() // read to its end, or failed already
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the mailbox answered %s", res.Status)
	}
	err = json.NewDecoder(res.Body).Decode(&mails)
	return mails, err
}

var codePattern = regexp.MustCompile(`\b\d{6}\b`)

func (m mailbox) code(ctx context.Context, address string) (string, error) {
	mails, err := m.list(ctx, address)
	if err != nil {
		return "", err
	}
	for _, mail := range mails { // newest first
		if code := codePattern.FindString(mail.Text); code != "" {
			return code, nil
		}
	}
	return "", ErrNoMail
}

func (m mailbox) notifications(ctx context.Context, address string) (n int, err error) {
	mails, err := m.list(ctx, address)
	for _, mail := range mails {
		if strings.Contains(mail.Text, "waiting") {
			n++
		}
	}
	return n, err
}
