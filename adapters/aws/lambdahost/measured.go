package lambdahost

import (
	"context"
	"errors"
	"time"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// MeasureBus counts published events.
func MeasureBus(next ports.Bus) ports.Bus { return measuredBus{next} }

type measuredBus struct{ next ports.Bus }

// Publish implements [ports.Bus].
func (m measuredBus) Publish(ctx context.Context, evs ...events.Event) error {
	err := m.next.Publish(ctx, evs...)
	taken := len(evs)
	var partly *ports.PublishError
	if errors.As(err, &partly) {
		taken -= len(partly.Failed)
	} else if err != nil {
		taken = 0
	}
	if taken > 0 {
		recorderOf(ctx).add("EventsPublished", taken)
	}
	return err
}

// MeasureGenerator measures the generation of data keys.
func MeasureGenerator(next ports.DataKeyGenerator) ports.DataKeyGenerator {
	return measuredGenerator{next}
}

type measuredGenerator struct{ next ports.DataKeyGenerator }

// GenerateDataKey implements [ports.DataKeyGenerator].
func (m measuredGenerator) GenerateDataKey(ctx context.Context, owner ports.User, ec ports.EncryptionContext) (ports.DataKey, error) {
	defer observeSince(ctx, "EncryptionLatency", time.Now())
	return m.next.GenerateDataKey(ctx, owner, ec)
}

// MeasureOpener measures the opening of data keys.
func MeasureOpener(next ports.DataKeyOpener) ports.DataKeyOpener { return measuredOpener{next} }

type measuredOpener struct{ next ports.DataKeyOpener }

// OpenDataKey implements [ports.DataKeyOpener].
func (m measuredOpener) OpenDataKey(ctx context.Context, caller ports.Caller, keyID string, wrapped []byte, ec ports.EncryptionContext) ([]byte, error) {
	defer observeSince(ctx, "DecryptionLatency", time.Now())
	return m.next.OpenDataKey(ctx, caller, keyID, wrapped, ec)
}

func observeSince(ctx context.Context, name string, start time.Time) {
	recorderOf(ctx).observe(name, time.Since(start))
}
