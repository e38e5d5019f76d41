// Package terminal talks to a person at a terminal: it detects terminals, prompts
// without echo, shows the progress of large transfers, and shows untrusted text without
// obeying its control characters.
package terminal
