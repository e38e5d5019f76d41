// Package terminal is how the client talks with a person: which stream is a
// terminal, prompts that do not echo, progress of large transfers, and text of
// strangers shown without obeying its control characters.
package terminal
