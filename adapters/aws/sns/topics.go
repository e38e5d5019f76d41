// Package sns makes each user's topic, subscribes their e-mail address to it, and
// notifies them by it.
package sns

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
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

// errNobody: a topic without a user in its name would be everybody's.
var errNobody = errors.New("a topic needs a user and an address")

// protocol is how SNS calls mail as people read it.
const protocol = "email"

// CreateTopic implements [ports.Topics]. CreateTopic of SNS returns the topic of
// that name when there is one, so duplicates meet in it.
//
// SNS writes to the address and waits for its owner's click before it sends
// anything else. Whoever clicks confirms without signing in to AWS, so the
// subscription's unsubscribe link, too, works without (AuthenticateOnUnsubscribe
// is the confirmer's choice, ConfirmSubscription API reference). Who confirms by
// the client signs (client, Notifications).
func (t *Topics) CreateTopic(ctx context.Context, userID, address string) (string, error) {
	if userID == "" || address == "" {
		return "", errNobody
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
	topicID := aws.ToString(out.TopicArn)
	if err := t.subscribe(ctx, topicID, address); err != nil {
		return "", err
	}
	return topicID, nil
}

// subscribe looks first: subscribing an address again that has not confirmed yet
// sends it another mail. Of concurrent subscriptions SNS makes one.
func (t *Topics) subscribe(ctx context.Context, topicID, address string) error {
	pages := sdk.NewListSubscriptionsByTopicPaginator(t.client, &sdk.ListSubscriptionsByTopicInput{TopicArn: aws.String(topicID)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("listing the topic's subscriptions: %w", err)
		}
		for _, s := range page.Subscriptions {
			if aws.ToString(s.Protocol) == protocol && aws.ToString(s.Endpoint) == address {
				return nil
			}
		}
	}
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
