package webtest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// TestNotifications confirms and ends the mails from AWS with the user's own
// credentials, under the policy that the page has there.
func TestNotifications(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := s.signUp("alexandrina.konstantinopoulou") // a phone's frame has to have room for the name, too
	var me struct{ UserID string }
	s.decode(s.request(http.MethodGet, "/users/me", nil, alice.header()), &me)
	cloud := startFakeAWS(t, me.UserID)
	defer s.make(http.MethodGet, "/config.json", answer(http.StatusOK, "application/json", s.configOnAWS()))()
	s.admit("https://"+identityHost, "https://"+snsHost)
	b := openBrowser(t, s.url, cloud.flags()...)
	b.origins = []string{"https://" + identityHost, "https://" + snsHost}
	b.signIn(alice)
	b.see("A mail from AWS asks whether you want to be told")
	b.state("inbox-empty-aws")
	b.press("Notifications")
	b.see("Confirm")
	b.state("notifications")
	b.look("light", phone)
	if wide := eval[int64](b, "document.documentElement.scrollWidth"); wide > phone.width {
		t.Errorf("the page is %d wide on a phone", wide)
	}
	b.look("light", desktop)

	confirmNotifications(b, cloud, me.UserID)
	endNotifications(b, cloud, me.UserID)
	refusedNotifications(b, cloud, me.UserID)

	// The policy admits no more than that.
	b.pardon("violates the following Content Security Policy", "Refused to connect")
	if got := eval[string](b, `fetch("https://sqs.eu-central-1.amazonaws.com/").then(() => "allowed", (e) => e.name)`); got != "TypeError" {
		t.Errorf("another service: %s", got)
	}
}

// configOnAWS is the configuration that Terraform gives the page, with API and user
// pool of the embedded server.
func (s *server) configOnAWS() string {
	s.t.Helper()
	var config map[string]any
	s.decode(s.request(http.MethodGet, "/config.json", nil, nil), &config)
	cognito, ok := config["cognito"].(map[string]any)
	if !ok {
		s.t.Fatalf("the configuration is %v", config)
	}
	endpoint, ok := cognito["endpoint"].(string)
	if !ok {
		s.t.Fatalf("the user pool's endpoint is %v", cognito["endpoint"])
	}
	cognito["endpoint"] = strings.TrimPrefix(endpoint, s.origin) // through the proxy
	cognito["userPoolId"], cognito["identityPoolId"] = "pool", "eu-central-1:identity-pool"
	cognito["identityEndpoint"] = "https://" + identityHost + "/"
	config["region"], config["apiUrl"] = awsRegion, ""
	config["notifications"] = map[string]string{"endpoint": "https://" + snsHost + "/"}
	delete(config, "mailKept")
	out, err := json.Marshal(config)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(out)
}

func topicOf(userID string) string {
	return "arn:aws:sns:" + awsRegion + ":123456789012:sealpost-dev-user-" + userID
}

// confirmationLink is that of SNS's first mail.
func confirmationLink(topic, token string) string {
	return "https://" + snsHost + "/confirmation.html?" + url.Values{"TopicArn": {topic}, "Token": {token}, "Endpoint": {"alice@example.org"}}.Encode()
}

// endLink is that of every later mail.
func endLink(subscription string) string {
	return "https://" + snsHost + "/unsubscribe.html?" + url.Values{"SubscriptionArn": {subscription}, "Endpoint": {"alice@example.org"}}.Encode()
}

const confirmField, endField = "Link of the first mail", "Link of a notification"

func confirmNotifications(b *browser, cloud *fakeAWS, userID string) {
	b.fill(confirmField, " "+confirmationLink(topicOf(userID), "t0k/en+=")+" ")
	b.press("Confirm notifications")
	b.see("You will be told of messages by mail")
	b.until("the link to be gone", `finders.field("`+confirmField+`").value === ""`)
	b.state("notifications-confirmed")
	asked := cloud.requests()
	want := url.Values{
		"Action": {"ConfirmSubscription"}, "TopicArn": {topicOf(userID)}, "Token": {"t0k/en+="},
		"AuthenticateOnUnsubscribe": {"true"}, "Version": {"2010-03-31"},
	}
	if len(asked) != 1 || asked[0].Encode() != want.Encode() {
		b.t.Errorf("SNS was asked %v, want %v", asked, want)
	}
}

func endNotifications(b *browser, cloud *fakeAWS, userID string) {
	subscription := topicOf(userID) + ":0b6a0a3c-0c4e-4a41-9b52-2e1f5e0d7a10"
	b.fill(endField, endLink(subscription))
	b.press("End notifications")
	b.see("You will not be told of messages by mail any more")
	asked := cloud.requests()
	want := url.Values{"Action": {"Unsubscribe"}, "SubscriptionArn": {subscription}, "Version": {"2010-03-31"}}
	if len(asked) != 2 || asked[1].Encode() != want.Encode() {
		b.t.Errorf("SNS was asked %v, want %v", asked, want)
	}
}

// refusedNotifications sees what is wrong with a link, by this page and by AWS.
func refusedNotifications(b *browser, cloud *fakeAWS, userID string) {
	before := len(cloud.requests())
	good := confirmationLink(topicOf(userID), "t0ken")
	for _, c := range []struct{ link, seen string }{
		{"", "Paste the link's address here."},
		{"123456", "That is not the link “Confirm subscription”"},
		{strings.Replace(good, "amazonaws.com", "example.org", 1), "its address begins with " + snsHost},
		{strings.Replace(good, "sns.eu-central-1", "sns.us-east-1", 1), "its address begins with " + snsHost},
		{strings.Replace(good, "https", "http", 1), "its address begins with " + snsHost},
		{strings.Replace(good, "Token=", "Tok=", 1), "That is not the whole of the link"},
		{endLink(topicOf(userID) + ":id"), "That is the link to unsubscribe"},
		{strings.Replace(good, url.QueryEscape(":eu-central-1:"), url.QueryEscape(":us-east-1:"), 1), "That link belongs to another server."},
		{confirmationLink(topicOf("bob-id"), "t0ken"), "somebody else's notifications. You are signed in as alexandrina."},
	} {
		b.fill(confirmField, c.link)
		b.press("Confirm notifications")
		b.see(c.seen)
		b.focused(confirmField)
	}
	b.state("notifications-wrong-link")
	b.pardon("400 (Bad Request)", "403 (Forbidden)", "500 (Internal Server Error)")
	for _, c := range []struct{ token, seen string }{
		{"forbidden", "somebody else's notifications"},
		{"broken", "the-request"},
		{"old", "The link does not hold any more"},
	} {
		b.fill(confirmField, confirmationLink(topicOf(userID), c.token))
		b.press("Confirm notifications")
		b.see(c.seen)
	}
	b.state("notifications-old-link")
	if asked := cloud.requests(); len(asked) != before {
		b.t.Errorf("SNS did %v", asked[before:])
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.IndexFunc(b.requests, func(r request) bool { return strings.Contains(r.url, "oken") }); i >= 0 {
		b.t.Errorf("a token in an address: %s", b.requests[i].url)
	}
}

// TestNothingToConfirm: the embedded home sends notifications by itself.
func TestNothingToConfirm(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := s.signUp("alice")
	b := openBrowser(t, s.url)
	b.signIn(alice)
	b.see("Your mailbox is ready")
	b.until("no way to it", `document.querySelector(".bell").hidden && !finders.sees("A mail from AWS")`)
	b.open("#/notifications")
	b.see("this server sends notifications by itself, without asking")
	b.state("notifications-embedded")
}
