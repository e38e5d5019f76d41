package rest

import (
	"context"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/ports"
)

// OwnMessage finds the message that the path names in the caller's own inbox. It
// is the one place that decides who may see or mark a message: anyone else, and
// anyone who asks for what does not exist, gets [MessageNotFound].
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
