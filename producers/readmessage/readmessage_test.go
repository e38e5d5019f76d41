package readmessage_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/producers/readmessage"
)

const id = "01JDEM9Z2TN4C8R0PVXGQ5D7AW"

// inbox holds one message of the caller's.
type inbox struct {
	ports.Inbox
	read bool
	err  error
}

func (i inbox) Get(_ context.Context, recipientID, messageID string) (ports.InboxMessage, error) {
	if i.err != nil {
		return ports.InboxMessage{}, i.err
	}
	if recipientID != handlertest.CallerID || messageID != id {
		return ports.InboxMessage{}, ports.ErrNotFound
	}
	return ports.InboxMessage{ID: id, RecipientID: recipientID, Read: i.read}, nil
}

func call(t *testing.T, box inbox, bus *handlertest.Bus, messageID string) lambdaevents.APIGatewayProxyResponse {
	t.Helper()
	f := readmessage.New(readmessage.Deps{Inbox: box, Bus: bus, Now: handlertest.Now, Log: handlertest.Log})
	return handlertest.Call(t, f, handlertest.Request(func(r *lambdaevents.APIGatewayProxyRequest) { r.PathParameters["id"] = messageID }))
}

func TestMarkingAsReadIsAnEvent(t *testing.T) {
	t.Parallel()
	var bus handlertest.Bus
	handlertest.Expect(t, call(t, inbox{}, &bus, id), http.StatusAccepted, "")
	published := bus.Published()
	want := events.MessageRead{MessageID: id, RecipientID: handlertest.CallerID}
	if len(published) != 1 || !cmp.Equal(published[0].Data, events.Data(want)) || published[0].Metadata.CorrelationID != "request-1" {
		t.Errorf("published %+v", published)
	}
}

func TestWhatIsReadIsNotReadAgain(t *testing.T) {
	t.Parallel()
	var bus handlertest.Bus
	handlertest.Expect(t, call(t, inbox{read: true}, &bus, id), http.StatusAccepted, "")
	if n := len(bus.Published()); n != 0 {
		t.Errorf("published %d events", n)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	out := errors.New("out")
	handlertest.Expect(t, call(t, inbox{}, &handlertest.Bus{}, "01JDEM9Z2TN4C8R0PVXGQ5D7AX"), http.StatusNotFound, "message-not-found")
	handlertest.Expect(t, call(t, inbox{}, &handlertest.Bus{}, "nonsense"), http.StatusNotFound, "message-not-found")
	handlertest.Expect(t, call(t, inbox{err: out}, &handlertest.Bus{}, id), http.StatusInternalServerError, "internal")
	handlertest.Expect(t, call(t, inbox{}, &handlertest.Bus{Err: out}, id), http.StatusInternalServerError, "internal")
}
