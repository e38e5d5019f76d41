// Package killtest kills a serving sealpost with SIGKILL, again and again and in the
// middle of its work, and looks at what is left. It has tests only.
package killtest
