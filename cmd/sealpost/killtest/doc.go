// Package killtest kills a serving sealpost with SIGKILL again and again, in the middle
// of its work, and checks what is left. It has tests only.
package killtest
