package sqlite

// QueueSize is how many writes may wait.
const QueueSize = queueSize

// InlineFrom is how many pages long the log may get.
const InlineFrom = inlineFrom
