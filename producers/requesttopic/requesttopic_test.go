package requesttopic_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/producers/requesttopic"
)

// Whose topic it is comes from the token: there is nothing to lie about.
func TestARequestIsAnEventOfTheCaller(t *testing.T) {
	t.Parallel()
	var bus handlertest.Bus
	res := handlertest.Call(t, requesttopic.New(requesttopic.Deps{Bus: &bus, Now: handlertest.Now, Log: handlertest.Log}), handlertest.Request(nil))
	handlertest.Expect(t, res, 202, "")
	published := bus.Published()
	if len(published) != 1 || !cmp.Equal(published[0].Data, events.Data(events.UserTopicRequested{UserID: handlertest.CallerID})) {
		t.Errorf("published %+v", published)
	}
}

func TestWhatWasNotPublishedIsNotAccepted(t *testing.T) {
	t.Parallel()
	bus := handlertest.Bus{Err: errors.New("out")}
	res := handlertest.Call(t, requesttopic.New(requesttopic.Deps{Bus: &bus, Now: handlertest.Now, Log: handlertest.Log}), handlertest.Request(nil))
	handlertest.Expect(t, res, 500, "internal")
}
