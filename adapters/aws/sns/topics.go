// Package sns creates users' topics, subscribes their e-mail addresses, and notifies them.
package sns

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	sdk "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/sealpost/sealpost/ports"
)

// Topics implements [ports.Topics].
type Topics struct {
	client *sdk.Client
	prefix string
}

var _ ports.Topics = (*Topics)(nil)

// NewTopics returns topics named PREFIX-user-USERID.
func NewTopics(cfg aws.Config, prefix string) *Topics {
	return &Topics{client: sdk.NewFromConfig(cfg), prefix: prefix}
}

// errNoUser prevents a topic without a user in its name, which all users would share.
var errNoUser = errors.New("a topic needs a user")

// protocol is SNS's name for plain e-mail.
const protocol = "email"

// CreateTopic implements [ports.Topics]. SNS returns an existing topic of the name, so duplicate calls return
// the same topic.
func (t *Topics) CreateTopic(ctx context.Context, userID string) (string, error) {
	if userID == "" {
		return "", errNoUser
	}
	out, err := t.client.CreateTopic(ctx, &sdk.CreateTopicInput{
		Name: aws.String(t.prefix + "-user-" + userID),
		// The sender's display name in mails; SNS allows 100 characters.
		Attributes: map[string]string{"DisplayName": "Sealpost"},
		Tags: []types.Tag{
			{Key: aws.String("sealpost:prefix"), Value: aws.String(t.prefix)},
			{Key: aws.String("sealpost:userId"), Value: aws.String(userID)},
		},
	})
	if err != nil {
		return "", fmt.Errorf("creating the topic: %w", err)
	}
	return aws.ToString(out.TopicArn), nil
}

// Subscribe implements [ports.Topics]. It first lists the subscriptions, because subscribing an unconfirmed
// address again sends it another mail. Of concurrent subscriptions SNS keeps one.
//
// SNS sends one mail to the address, and nothing else until its owner confirms within 48 hours; after that
// the subscription is gone (docs/aws.md). Confirming by the mail's link needs no AWS sign-in, and neither
// does the subscription's unsubscribe link (AuthenticateOnUnsubscribe is the confirmer's choice,
// ConfirmSubscription API reference). A confirmation by the client is signed (client, Notifications).
func (t *Topics) Subscribe(ctx context.Context, topicID, address string) error {
	all, err := t.subscriptions(ctx, topicID)
	if err != nil {
		return err
	}
	for _, s := range all {
		if aws.ToString(s.Endpoint) == address {
			return nil
		}
	}
	return t.subscribe(ctx, topicID, address)
}

// Renew implements [ports.Topics]. SNS ignores Subscribe for a confirmed address. An unconfirmed subscription
// has no ARN with which to end it, but it gets no notifications and expires.
func (t *Topics) Renew(ctx context.Context, topicID, address string) error {
	all, err := t.subscriptions(ctx, topicID)
	if err != nil {
		return err
	}
	for _, s := range all {
		if aws.ToString(s.Endpoint) == address || !arn.IsARN(aws.ToString(s.SubscriptionArn)) {
			continue
		}
		if _, err := t.client.Unsubscribe(ctx, &sdk.UnsubscribeInput{SubscriptionArn: s.SubscriptionArn}); err != nil {
			return fmt.Errorf("ending the subscription of another address: %w", err)
		}
	}
	return t.subscribe(ctx, topicID, address)
}

func (t *Topics) subscriptions(ctx context.Context, topicID string) ([]types.Subscription, error) {
	var all []types.Subscription
	pages := sdk.NewListSubscriptionsByTopicPaginator(t.client, &sdk.ListSubscriptionsByTopicInput{TopicArn: aws.String(topicID)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing the topic's subscriptions: %w", notFound(err))
		}
		for _, s := range page.Subscriptions {
			if aws.ToString(s.Protocol) == protocol {
				all = append(all, s)
			}
		}
	}
	return all, nil
}

func (t *Topics) subscribe(ctx context.Context, topicID, address string) error {
	_, err := t.client.Subscribe(ctx, &sdk.SubscribeInput{
		TopicArn: aws.String(topicID), Protocol: aws.String(protocol), Endpoint: aws.String(address),
	})
	if err != nil {
		return fmt.Errorf("subscribing to the topic: %w", withoutAddress(err))
	}
	return nil
}

// withoutAddress keeps the type of an error and drops its text, because SNS quotes an invalid address, and
// addresses must not be logged.
func withoutAddress(err error) error {
	var invalid *types.InvalidParameterException
	if errors.As(err, &invalid) {
		return &types.InvalidParameterException{Message: aws.String("the address is not valid")}
	}
	return err
}
