// Package smoke tests a running Sealpost with the public client: two users sign up, one
// sends, the other opens and reads. Both backends run the same steps, except for how an
// address is confirmed without reading mail ([Registrar]).
//
// A message in the recipient's inbox proves that the bus carries events, because the
// only way from a sender to an inbox is the bus, its rule, the consumer's queue and the
// consumer. PutEvents answers 200 even for a bus that does not exist, so no other test
// can tell. The reconciler does not hide a fault: it waits ten minutes, longer than
// [Config.Patience], and publishes to the same bus.
package smoke
