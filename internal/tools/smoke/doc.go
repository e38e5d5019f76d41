// Package smoke tries a Sealpost that runs somewhere, by the client that everybody
// uses: two people sign up, one sends, the other opens and reads. It is the same
// story in both homes; they differ in how an address is confirmed without anybody
// reading mail ([Registrar]).
//
// That a message shows in the recipient's inbox proves that the bus carries events:
// nothing leads from a sender to an inbox but the bus, its rule, the consumer's queue
// and the consumer. A bus that does not exist takes every event and answers 200
// (PutEvents), so only this can tell. The reconciler is no way around it: it waits for
// ten minutes, longer than [Config.Patience], and publishes to the same bus.
package smoke
