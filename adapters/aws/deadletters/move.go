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

// maxBatchBytes is how many bytes of messages one call sends: SQS's limit before August 2025, when it was
// raised to 1 MiB. A larger message is sent alone.
const maxBatchBytes = 256 << 10

// Redrive implements [ports.HeldDeadLetters]. It sends letters to their consumers' queues as the consumers
// received them, and then deletes them from the dead-letter queues. If a letter cannot be deleted, or the
// process dies in between, the delivery is duplicated. When the context ends, the current step is finished.
func (h *Hold) Redrive(ctx context.Context, ids ...ID) (moved []ID, err error) {
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
			as, err := h.move(ctx, url, chunk)
			for _, p := range chunk {
				if _, sent := as[p.id]; sent {
					moved = append(moved, p.id)
				}
			}
			h.l.redriven(chunk[0].consumer, as)
			if err != nil {
				return moved, err
			}
		}
	}
	return moved, nil
}

// move sends one batch and deletes the sent letters. It returns their new ids by their old ids.
func (h *Hold) move(ctx context.Context, url string, chunk []*parked) (as map[ID]ID, err error) {
	step, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepLimit)
	defer cancel()
	as = map[ID]ID{}
	sent, sendErr := h.l.batch(step, chunk, h.l.sending(chunk[0].consumer, as))
	h.mu.Lock()
	for _, p := range sent {
		delete(h.held, p.id) // must not be sent again, even if it cannot be deleted
	}
	h.mu.Unlock()
	if sendErr != nil {
		sendErr = fmt.Errorf("sending dead letters back to %s: %w", chunk[0].consumer.Key, sendErr)
	}
	deleted, deleteErr := h.l.batch(step, sent, h.l.deletion(url))
	if deleteErr != nil {
		left := slices.DeleteFunc(sent, func(p *parked) bool { return slices.Contains(deleted, p) })
		_, showErr := h.l.setVisibility(step, left, 0)
		deleteErr = fmt.Errorf("%d of %s were sent back and could not be taken out of the dead-letter queue, so they are there twice: %w",
			len(left), chunk[0].consumer.Key, errors.Join(deleteErr, showErr))
	}
	return as, errors.Join(sendErr, deleteErr)
}

// sending returns the call that sends letters to their consumer's queue and stores the new ids in as.
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
				as[batch[i].id] = ID{Consumer: c.Key, Delivery: aws.ToString(s.MessageId)}
				result.well = append(result.well, aws.ToString(s.Id))
			}
		}
		return result, nil
	}
}

// attributes returns the message's attributes without those that EventBridge added when it gave up.
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

// chunks splits messages into batches that one call can send.
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
