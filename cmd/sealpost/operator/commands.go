package operator

// Commands are the operator's share of the command line, to be embedded in its root.
type Commands struct {
	Events  eventsCmd  `cmd:"" group:"server" help:"Read the event log."`
	Redrive redriveCmd `cmd:"" group:"server" help:"See what consumers failed at for good, and have it delivered again."`

	Rebuild rebuildCmd `cmd:"" group:"server" help:"Make projections anew from the event log, while the server runs."`

	Mailbox mailboxCmd `cmd:"" group:"server" help:"Show the mail that the server keeps because it sends none."`

	Keys keysCmd `cmd:"" group:"server" help:"List the keys of a deployment on AWS, and delete them."`

	Subscribers subscribersCmd `cmd:"" group:"server" help:"Say which other systems may follow the event log."`
}
