// Bench measures Sealpost's figures on the machine that it runs on and prints them
// as a table: durable posts, time to visible, sealing, start-up and idle memory, each
// beside what the machine itself allows. `make bench` runs it.
//
// The server is a process of its own, built as for users; the clients share the
// machine with it, as the figures say. Absolute numbers are the machine's; the
// ratios are Sealpost's.
package main
