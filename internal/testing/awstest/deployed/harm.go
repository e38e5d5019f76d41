package deployed

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Stray puts an item without an event into a generation of inbox or unread, such as
// inbox-2.
func (d *Deployment) Stray(ctx context.Context, key, recipientID, messageID string) error {
	_, err := dynamodb.NewFromConfig(d.cfg).PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(d.table(key)), Item: map[string]types.AttributeValue{
			"recipientId": &types.AttributeValueMemberS{Value: recipientID}, "messageId": &types.AttributeValueMemberS{Value: messageID},
		},
	})
	if err != nil {
		return fmt.Errorf("deployed: %w", err)
	}
	return nil
}

// Park puts a delivery into a consumer's dead-letter queue.
func (d *Deployment) Park(ctx context.Context, key, body string) error {
	_, err := sqs.NewFromConfig(d.cfg).SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: aws.String(d.Stack().Queues[key].Dead), MessageBody: aws.String(body),
	})
	if err != nil {
		return fmt.Errorf("deployed: %w", err)
	}
	return nil
}
