// Package deadletters lists and redrives what consumers failed at for good, in the
// tables of package eventlog: its dispatcher tries a delivery five times and then moves
// it from event_retries to dead_letters, where it blocks nothing. A redrive moves it back.
package deadletters
