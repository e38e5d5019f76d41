// Package sns makes each user's topic, subscribes their e-mail address to it, and
// notifies them by it.
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

// NewTopics makes topics named PREFIX-user-USERID.
func NewTopics(cfg aws.Config, prefix string) *Topics {
	return &Topics{client: sdk.NewFromConfig(cfg), prefix: prefix}
}

// errNoUser: a topic without a user in its name would be everybody's.
var errNoUser = errors.New("a topic needs a user")

// protocol is how SNS calls mail as people read it.
const protocol = "email"

// CreateTopic implements [ports.Topics]. CreateTopic of SNS returns the topic of
// that name when there is one, so duplicates meet in it.
func (t *Topics) CreateTopic(ctx context.Context, userID string) (string, error) {
	if userID == "" {
		return "", errNoUser
	}
	out, err := t.client.CreateTopic(ctx, &sdk.CreateTopicInput{
		Name: aws.String(t.prefix + "-user-" + userID),
		// The name that mails come from; SNS takes at most 100 characters.
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

// Subscribe implements [ports.Topics]. It looks first: subscribing an address again
// that has not confirmed yet sends it another mail. Of concurrent subscriptions SNS
// makes one.
//
// SNS writes to the address and sends nothing else until its owner confirms, for
// which they have 48 hours; then the subscription is gone (docs/aws.md). A click on
// the mail's link confirms without signing in to AWS, so the subscription's
// unsubscribe link works without, too (AuthenticateOnUnsubscribe is the confirmer's
// choice, ConfirmSubscription API reference). Who confirms by the client signs
// (client, Notifications).
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

// Renew implements [ports.Topics]. For an address that has confirmed, Subscribe of
// SNS does nothing. A subscription that is not confirmed has no ARN to end it by; it
// gets no notifications and ends by itself.
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

// subscriptions lists those of the topic by mail.
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

// withoutAddress keeps the type of an error and drops its text: SNS names the
// address that it finds invalid, and addresses go into no log.
func withoutAddress(err error) error {
	var invalid *types.InvalidParameterException
	if errors.As(err, &invalid) {
		return &types.InvalidParameterException{Message: aws.String("the address is not valid")}
	}
	return err
}
