// Package deadletters lists and redrives dead letters in the tables of package eventlog. The dispatcher tries
// a delivery five times and then moves it from event_retries to dead_letters, where it blocks nothing. A
// redrive moves it back.
package deadletters
