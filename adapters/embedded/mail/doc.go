// Package mail sends the embedded backend's e-mail: confirmation codes and notifications. A [Sender] is
// either the local [Mailbox], which stores mails in the database and shows them on this machine, or [SMTP],
// which sends them to a mail server. One contract test runs over both.
//
// Mails contain codes and addresses. Neither may be in an error or a log.
package mail
