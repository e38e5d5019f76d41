// Package topics notifies users by e-mail in the embedded home. A topic is a row
// that says whose it is, no more: the address is asked of the user pool when a
// mail is sent, and stored nowhere else. The package also keeps the ledger that
// makes one mail of a burst of messages.
package topics
