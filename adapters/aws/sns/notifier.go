package sns

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/sealpost/sealpost/ports"
)

// Notifier implements [ports.Notifier].
type Notifier struct {
	client *sdk.Client
	webURL string
}

var _ ports.Notifier = (*Notifier)(nil)

// NewNotifier returns a notifier whose mails link to the web page, unless webURL is empty.
func NewNotifier(cfg aws.Config, webURL string) *Notifier {
	return &Notifier{client: sdk.NewFromConfig(cfg), webURL: webURL}
}

// Notify implements [ports.Notifier].
func (n *Notifier) Notify(ctx context.Context, topicID string, what ports.Notification) error {
	subject, text := n.mail(what.Waiting)
	_, err := n.client.Publish(ctx, &sdk.PublishInput{
		TopicArn: aws.String(topicID), Subject: aws.String(subject), Message: aws.String(text),
	})
	if err != nil {
		return fmt.Errorf("publishing to the topic: %w", notFound(err))
	}
	return nil
}

// notFound maps a missing topic to [ports.ErrNotFound].
func notFound(err error) error {
	var missing *types.NotFoundException
	if errors.As(err, &missing) {
		return fmt.Errorf("%w: %w", ports.ErrNotFound, err)
	}
	return err
}

// mail contains only the number of waiting messages. A subject has at most 100 ASCII characters (Publish API
// reference).
func (n *Notifier) mail(waiting ports.UnreadCount) (subject, text string) {
	subject = "1 sealed message waits for you"
	if waiting.Unread != 1 || waiting.More {
		more := ""
		if waiting.More {
			more = "more than "
		}
		subject = fmt.Sprintf("%s%d sealed messages wait for you", more, waiting.Unread)
		subject = strings.ToUpper(subject[:1]) + subject[1:]
	}
	text = subject + ".\n"
	if n.webURL != "" {
		text += "\nRead at " + n.webURL + "\n"
	}
	return subject, text
}
