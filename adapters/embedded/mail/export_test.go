package mail

// SetMax makes a mailbox small enough to fill.
func SetMax(b *Mailbox, n int) { b.max = n }
