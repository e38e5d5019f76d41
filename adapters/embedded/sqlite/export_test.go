package sqlite

// QueueSize is how many writes may wait.
const QueueSize = queueSize

// InlineFrom is how many pages long the log is when commits begin to fold it in.
const InlineFrom = inlineFrom
