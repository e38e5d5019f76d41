package projection

import "github.com/sealpost/sealpost/events"

// Unread has a row for each message of each recipient. The rows in StageUnread are the
// unread messages. It is a set and not a counter, so that duplicates and reordering
// need no transaction.
var Unread = Projection{
	Name: "unread", Stages: messageStages,
	Events: []events.Type{events.TypeMessageStored, events.TypeMessageRead},
	change: messageStage,
}
