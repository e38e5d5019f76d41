// Bench measures Sealpost on the machine that it runs on, and prints a table: durable
// posts, time to visible, sealing, start-up and idle memory, each next to the machine's
// own limit. `make bench` runs it.
//
// The server is a separate process, built as for users. The clients share the machine
// with it, so only the ratios to the machine's limits are comparable between machines.
package main
