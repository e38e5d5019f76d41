// Package topics notifies users by e-mail in the embedded backend. A topic is only a row with its user: the
// address is read from the user pool when a mail is sent, and stored nowhere else. The package also has the
// ledger, which turns a burst of messages into one mail.
package topics
