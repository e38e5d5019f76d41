package lambdahost

import (
	"github.com/sealpost/sealpost/adapters/aws/eventbridge"
	"github.com/sealpost/sealpost/ports"
)

// Bus returns the measured bus of a function that publishes.
func Bus(h *Host) ports.Bus {
	return MeasureBus(eventbridge.New(h.AWS, h.Env.Required("SEALPOST_BUS"),
		eventbridge.WithEndpointID(h.Env.Optional("SEALPOST_BUS_ENDPOINT_ID", ""))))
}
