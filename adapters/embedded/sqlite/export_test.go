package sqlite

// QueueSize is how many writes may wait.
const QueueSize = queueSize
