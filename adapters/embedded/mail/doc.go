// Package mail sends the embedded backend's e-mail: confirmation codes and
// notifications. A [Sender] is either the local [Mailbox], which keeps mails in
// the database and shows them on this machine, or [SMTP], which hands them to a
// mail server. One contract test runs over both.
//
// Mails hold codes and addresses. Neither goes into an error or a log.
package mail
