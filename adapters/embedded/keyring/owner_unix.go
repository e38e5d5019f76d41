//go:build unix

package keyring

import (
	"io/fs"
	"os"
	"syscall"
)

// nonblock makes the opening of a FIFO return at once, so that it can be refused.
const nonblock = syscall.O_NONBLOCK

// ours reports whether the file belongs to this process's user. Another owner could read and replace the key.
func ours(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
