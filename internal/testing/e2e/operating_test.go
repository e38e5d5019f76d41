package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
	"github.com/sealpost/sealpost/internal/tools/smoke"
)

// TestOperating does to a deployment what its operators do.
func TestOperating(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := w.front()
	t.Run("smoke", func(t *testing.T) { w.smoke(t, server) })
	t.Run("confirming notifications", func(t *testing.T) { w.confirmsNotifications(t, server) })
	t.Run("AWS allows every call", w.awsAllowsEveryCall)
}

// smoke is make smoke at a deployment on AWS: the first time, when nobody is signed
// up, again with the users of the first time, and after a run that stopped between
// sign-up and confirmation.
func (w *world) smoke(t *testing.T, server string) {
	registrar := smoke.AWS{Admin: w.poolAdmin(), UserPoolID: w.poolID}
	run := func(t *testing.T) {
		t.Helper()
		err := smoke.Run(t.Context(), smoke.Config{Server: server, HTTP: http.DefaultClient, Registrar: registrar, Say: t.Logf})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Run("the first time", run)
	t.Run("again", run)
	if n := w.users(t); n != 2 {
		t.Errorf("there are %d users after two runs, want the same two", n)
	}
	registrar.Fresh = true
	t.Run("with new users", run)
	if n := w.users(t); n != 4 {
		t.Errorf("there are %d users, want two more", n)
	}
	t.Run("after a run that stopped", func(t *testing.T) {
		registrar.Fresh = false
		_, err := registrar.Admin.AdminDeleteUser(t.Context(), &cip.AdminDeleteUserInput{UserPoolId: &w.poolID, Username: aws.String("smoke-sender")})
		w.must("deleting a user", err)
		_, err = cip.NewFromConfig(w.admin).SignUp(t.Context(), &cip.SignUpInput{
			ClientId: &w.clientID, Username: aws.String("smoke-sender"), Password: aws.String(scenario.Password),
			UserAttributes: []ciptypes.AttributeType{{Name: aws.String("email"), Value: aws.String("success@simulator.amazonses.com")}},
		})
		w.must("signing up", err)
		run(t)
	})
}

// confirmsNotifications: a user confirms the subscription to their own topic with their
// own credentials. The emulator confirms addresses by itself, so that a URL is
// subscribed in the address's place.
func (w *world) confirmsNotifications(t *testing.T, server string) {
	home := scenario.World{
		Server: server, HTTP: http.DefaultClient,
		Code: func(context.Context, string) (string, error) { return "123456", nil },
	}
	alice := scenario.Register(t, home, "alice")
	alice.WaitReady(t)
	me, err := alice.Me(t.Context())
	w.must("asking who alice is", err)
	topic := arn("sns", w.prefix+"-user-"+me.UserID)
	cfg, err := client.Discover(t.Context(), http.DefaultClient, server)
	w.must("reading the configuration", err)
	cfg.Region, cfg.Cognito.IdentityPoolID = emulator.Region, w.settings["SEALPOST_IDENTITY_POOL_ID"]
	tokens, err := client.NewPool(http.DefaultClient, cfg).SignIn(t.Context(), alice.Username, scenario.Password)
	w.must("signing in", err)
	link := "https://sns." + emulator.Region + ".amazonaws.com/confirmation.html?" +
		url.Values{"TopicArn": {topic}, "Token": {w.subscriptionToken(t, topic)}, "Endpoint": {alice.Address}}.Encode()

	// Through the proxy, so that the simulator decides it with the whole policy.
	confirming := client.Notifications{HTTP: http.DefaultClient, Config: cfg, Endpoint: w.proxy.URL}
	if err := confirming.Confirm(t.Context(), tokens.ID, link); err != nil {
		t.Fatal(err)
	}
	calls := w.proxy.seen("sns.ConfirmSubscription")
	if len(calls) != 1 || !strings.Contains(string(calls[0].Body), "AuthenticateOnUnsubscribe=true") {
		t.Errorf("calls %+v", calls)
	}
	out, err := sns.NewFromConfig(w.admin).GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &topic})
	if err != nil || out.Attributes["SubscriptionsPending"] != "0" {
		t.Errorf("attributes %v, error %v; want nothing pending", out.Attributes, err)
	}
	if err := confirming.Confirm(t.Context(), tokens.ID, strings.Replace(link, "Token=", "Token=x", 1)); err == nil {
		t.Error("a token that nobody was sent confirms too")
	}
	w.endsNotifications(t, confirming, tokens.ID, topic)
}

// endsNotifications: by the link of a notification, and the user's own credentials.
func (w *world) endsNotifications(t *testing.T, by client.Notifications, token, topic string) {
	t.Helper()
	list := func() (arns []string) {
		out, err := sns.NewFromConfig(w.admin).ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: &topic})
		w.must("listing subscriptions", err)
		for _, s := range out.Subscriptions {
			if aws.ToString(s.Protocol) == "http" {
				arns = append(arns, aws.ToString(s.SubscriptionArn))
			}
		}
		return arns
	}
	before := list()
	if len(before) != 1 {
		t.Fatalf("subscriptions %v, want one", before)
	}
	link := "https://sns." + emulator.Region + ".amazonaws.com/unsubscribe.html?" + url.Values{"SubscriptionArn": before}.Encode()
	if err := by.End(t.Context(), token, link); err != nil {
		t.Fatal(err)
	}
	if after := list(); len(after) != 0 {
		t.Errorf("subscriptions %v are left", after)
	}
}

// subscriptionToken subscribes a URL to a topic and returns the token that it is sent.
func (w *world) subscriptionToken(t *testing.T, topic string) string {
	t.Helper()
	sent := make(chan string, 1)
	endpoint := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var message struct{ Token string }
		if err := json.NewDecoder(r.Body).Decode(&message); err == nil && message.Token != "" {
			select {
			case sent <- message.Token:
			default:
			}
		}
	}))
	t.Cleanup(endpoint.Close)
	_, err := sns.NewFromConfig(w.admin).Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: &topic, Protocol: aws.String("http"), Endpoint: &endpoint.URL,
	})
	w.must("subscribing", err)
	select {
	case token := <-sent:
		return token
	case <-time.After(eventually.Patience):
		t.Fatal("the emulator sent no token")
		return ""
	}
}

func (w *world) users(t *testing.T) int {
	t.Helper()
	out, err := cip.NewFromConfig(w.admin).ListUsers(t.Context(), &cip.ListUsersInput{UserPoolId: &w.poolID})
	w.must("listing users", err)
	return len(out.Users)
}

// poolAdmin is the user pool's client of whoever runs the smoke test. After
// AdminConfirmSignUp it does what the emulator leaves out: it calls the trigger.
func (w *world) poolAdmin() *cip.Client {
	return cip.NewFromConfig(w.admin, func(o *cip.Options) { o.HTTPClient = triggering{w} })
}

type triggering struct{ w *world }

// Do implements aws.HTTPClient.
func (c triggering) Do(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK || !strings.HasSuffix(req.Header.Get("X-Amz-Target"), ".AdminConfirmSignUp") {
		return res, err
	}
	return res, c.w.confirmed(req.Context(), body)
}
