package e2e

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// repairsAtSignIn: a user whose UserVerified was lost signs in, and can be sent
// messages.
func (w *world) repairsAtSignIn(t *testing.T, home scenario.World, alice scenario.Person) {
	lost := scenario.Register(t, home, "lost")
	lost.WaitReady(t)
	me, err := lost.Me(t.Context())
	w.must("asking who it is", err)
	_, err = dynamodb.NewFromConfig(w.admin).DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
		TableName: aws.String(w.settings["SEALPOST_USERS_TABLE"]),
		Key:       map[string]types.AttributeValue{"userId": &types.AttributeValueMemberS{Value: me.UserID}},
	})
	w.must("losing the user", err)
	if _, err := post(alice, lost, "", "to a user who is lost"); err == nil {
		t.Error("a message to a user who is lost was accepted")
	}
	cfg, err := client.Discover(t.Context(), home.HTTP, home.Server)
	w.must("reading the configuration", err)
	if _, err := client.NewPool(home.HTTP, cfg).SignIn(t.Context(), lost.Username, scenario.Password); err != nil {
		t.Fatal(err)
	}
	lost.WaitReady(t)
}

// renews: the address that is subscribed is not the user's any more. A request of the
// user's subscribes the one that is, and ends the other.
func (w *world) renews(t *testing.T, alice scenario.Person) {
	me, err := alice.Me(t.Context())
	w.must("asking who alice is", err)
	topic, client := arn("sns", w.prefix+"-user-"+me.UserID), sns.NewFromConfig(w.admin)
	subscribed := func() (addresses []string) {
		out, err := client.ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: &topic})
		w.must("listing subscriptions", err)
		for _, s := range out.Subscriptions {
			addresses = append(addresses, aws.ToString(s.Endpoint))
		}
		return addresses
	}
	_, err = client.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: &topic, Protocol: aws.String("email"), Endpoint: aws.String("once-" + alice.Address),
	})
	w.must("subscribing an old address", err)
	if err := alice.RenewNotifications(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually.True(t, "the address of now, alone", func() bool {
		addresses := subscribed()
		return len(addresses) == 1 && addresses[0] == alice.Address
	})
}
