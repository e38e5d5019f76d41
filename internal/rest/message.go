package rest

import (
	"context"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/ports"
)

// OwnMessage finds the message of the path in the caller's own inbox. Only this method
// decides who may see or mark a message. All others get [MessageNotFound], as for a
// message that does not exist.
func (r *Request) OwnMessage(ctx context.Context, inbox ports.Inbox) (ports.InboxMessage, error) {
	id, err := r.MessageID()
	if err != nil {
		return ports.InboxMessage{}, err
	}
	m, err := inbox.Get(ctx, r.Caller.UserID, id)
	if errors.Is(err, ports.ErrNotFound) {
		return ports.InboxMessage{}, MessageNotFound()
	}
	if err != nil {
		return ports.InboxMessage{}, fmt.Errorf("finding the message: %w", err)
	}
	return m, nil
}
