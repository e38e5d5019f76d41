package deadletters

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// maxBatchBytes is how many bytes of messages go into one call: SQS's limit from
// before August 2025, when it was raised to 1 MiB. A larger message goes alone.
const maxBatchBytes = 256 << 10

// Moved is a letter that went back to its consumer's queue.
type Moved struct {
	ID ID
	// As is the id that the delivery has now, and keeps should it be parked again.
	As ID
}

// Redrive sends held letters back to the queues of their consumers, as their
// consumers got them, and takes them out of the dead-letter queues. It returns
// those that it moved, also beside an error. Ids that are not held are passed over.
//
// A letter is deleted after it was sent. When it cannot be deleted, or the process
// dies in between, the delivery is there twice and is in Moved or nowhere; the error
// says so. It is never lost. When the context ends, the step under way is finished
// and no other is begun.
func (h *Hold) Redrive(ctx context.Context, ids ...ID) (moved []Moved, err error) {
	var all []*parked
	h.mu.Lock()
	for _, id := range ids {
		if p, held := h.held[id]; held && !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	h.mu.Unlock()
	for url, mine := range byQueue(all) {
		for _, chunk := range chunks(mine) {
			if err := ctx.Err(); err != nil {
				return moved, err
			}
			m, err := h.move(ctx, url, chunk)
			moved = append(moved, m...)
			if err != nil {
				return moved, err
			}
		}
	}
	return moved, nil
}

// move sends one batch and deletes what was sent.
func (h *Hold) move(ctx context.Context, url string, chunk []*parked) (moved []Moved, err error) {
	step, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepLimit)
	defer cancel()
	as := map[ID]ID{}
	sent, sendErr := h.l.batch(step, chunk, h.l.sending(chunk[0].consumer, as))
	h.mu.Lock()
	for _, p := range sent {
		moved = append(moved, Moved{p.id, as[p.id]})
		delete(h.held, p.id) // whatever becomes of the original, it is not to be sent again
	}
	h.mu.Unlock()
	if sendErr != nil {
		sendErr = fmt.Errorf("sending dead letters back to %s: %w", chunk[0].consumer.Key, sendErr)
	}
	deleted, deleteErr := h.l.batch(step, sent, h.l.deletion(url))
	if deleteErr != nil {
		left := slices.DeleteFunc(sent, func(p *parked) bool { return slices.Contains(deleted, p) })
		_, showErr := h.l.show(step, left, 0)
		deleteErr = fmt.Errorf("%d of %s were sent back and could not be taken out of the dead-letter queue, so they are there twice: %w",
			len(left), chunk[0].consumer.Key, errors.Join(deleteErr, showErr))
	}
	return moved, errors.Join(sendErr, deleteErr)
}

// sending makes the call that sends letters to their consumer's queue, and notes
// under which id each went.
func (l *Letters) sending(c Consumer, as map[ID]ID) batchCall {
	return func(ctx context.Context, batch []*parked) (entries, error) {
		in := &sqs.SendMessageBatchInput{QueueUrl: aws.String(c.Queue)}
		for i, p := range batch {
			in.Entries = append(in.Entries, types.SendMessageBatchRequestEntry{
				Id: aws.String(strconv.Itoa(i)), MessageBody: p.message.Body,
				MessageAttributes: p.attributes(), MessageSystemAttributes: p.trace(),
			})
		}
		out, err := l.sqs.SendMessageBatch(ctx, in)
		if err != nil {
			return entries{}, err
		}
		result := entries{failed: out.Failed}
		for _, s := range out.Successful {
			if i, err := strconv.Atoi(aws.ToString(s.Id)); err == nil && i >= 0 && i < len(batch) {
				as[batch[i].id] = ID{c.Key, aws.ToString(s.MessageId)}
				result.well = append(result.well, aws.ToString(s.Id))
			}
		}
		return result, nil
	}
}

// attributes are the message's own, without those by which EventBridge says why it
// gave up: what a rule puts into a queue has none.
func (p *parked) attributes() map[string]types.MessageAttributeValue {
	kept := map[string]types.MessageAttributeValue{}
	for name, value := range p.message.MessageAttributes {
		switch name {
		case attributeErrorCode, attributeErrorMessage, attributeExhausted, attributeRetries, attributeRule, attributeTarget:
			if p.undelivered() {
				continue
			}
		}
		kept[name] = value
	}
	return kept
}

// trace is the X-Ray header, if there is one.
func (p *parked) trace() map[string]types.MessageSystemAttributeValue {
	header, ok := p.message.Attributes[string(types.MessageSystemAttributeNameAWSTraceHeader)]
	if !ok {
		return nil
	}
	return map[string]types.MessageSystemAttributeValue{
		string(types.MessageSystemAttributeNameForSendsAWSTraceHeader): {DataType: aws.String("String"), StringValue: aws.String(header)},
	}
}

func (p *parked) size() int {
	n := len(aws.ToString(p.message.Body))
	for name, value := range p.message.MessageAttributes {
		n += len(name) + len(aws.ToString(value.DataType)) + len(aws.ToString(value.StringValue)) + len(value.BinaryValue)
	}
	return n
}

// chunks divides messages into what one call takes.
func chunks(all []*parked) (out [][]*parked) {
	size := 0
	for _, p := range all {
		last := len(out) - 1
		if last < 0 || len(out[last]) == maxBatch || size+p.size() > maxBatchBytes {
			out, size, last = append(out, nil), 0, last+1
		}
		out[last] = append(out[last], p)
		size += p.size()
	}
	return out
}
