package projection

import "github.com/sealpost/sealpost/events"

// Unread has a row for each message of each recipient; those in StageUnread are the
// recipient's unread messages. It is a set and not a counter, so that duplicates and any order
// need no transaction.
var Unread = Projection{
	Name: "unread", Stages: messageStages,
	Events: []events.Type{events.TypeMessageStored, events.TypeMessageRead},
	change: messageStage,
}
