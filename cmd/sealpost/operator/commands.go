package operator

// Commands are the operator's commands, to be embedded in the root command.
type Commands struct {
	Events  eventsCmd  `cmd:"" group:"server" help:"Read the event log."`
	Redrive redriveCmd `cmd:"" group:"server" help:"See what consumers failed at for good, and have it delivered again."`

	Rebuild rebuildCmd `cmd:"" group:"server" help:"Make projections anew from the event log, while the server runs."`

	Backup  backupCmd  `cmd:"" group:"server" help:"Copy the data while the server runs."`
	Restore restoreCmd `cmd:"" group:"server" help:"Put a backup in the place of a data folder."`
	Verify  verifyCmd  `cmd:"" group:"server" help:"Check that data, or a backup, is whole."`

	Mailbox mailboxCmd `cmd:"" group:"server" help:"Show the mail that the server keeps because it sends none."`

	Keys keysCmd `cmd:"" group:"server" help:"List the keys of a deployment on AWS, and delete them."`

	Subscribers subscribersCmd `cmd:"" group:"server" help:"Say which other systems may follow the event log."`
}
