package projection

import "github.com/sealpost/sealpost/events"

// The stages of a message, in Inbox and Unread.
const (
	StageUnread = iota
	StageRead
	messageStages // the number of stages
)

// InboxStored is the only fact of Inbox: senderId, objectKey, keyId, wrappedKey,
// algorithm, size (bytes), sentAt (Unix milliseconds). A row without it is a message
// whose MessageRead came first. It is not shown.
const InboxStored = 0

// Inbox has a row for each message of each recipient.
var Inbox = Projection{
	Name: "inbox", Stages: messageStages,
	Events: []events.Type{events.TypeMessageStored, events.TypeMessageRead},
	change: func(ev events.Event) (Change, bool) {
		c, ok := messageStage(ev)
		if e, stored := ev.Data.(events.MessageStored); stored {
			c.Facts = []Fact{{InboxStored, ev.Metadata.ID, []any{
				e.SenderID, e.ObjectKey, e.KeyID, e.WrappedKey, e.Algorithm, e.Size, ev.Metadata.Time.UnixMilli(),
			}}}
		}
		return c, ok
	},
}

// messageStage returns the change of stage that an event makes to the recipient's
// message.
func messageStage(ev events.Event) (Change, bool) {
	switch e := ev.Data.(type) {
	case events.MessageStored:
		return Change{Key: Key{e.RecipientID, e.MessageID}, Stage: StageUnread}, true
	case events.MessageRead:
		return Change{Key: Key{e.RecipientID, e.MessageID}, Stage: StageRead}, true
	}
	return Change{}, false
}
