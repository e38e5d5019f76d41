//go:build unix

package keyring

import (
	"io/fs"
	"os"
	"syscall"
)

// nonblock opens a FIFO at once, so that it can be refused.
const nonblock = syscall.O_NONBLOCK

// ours tells whether the file belongs to the user of this process. Another owner could
// read the key, and replace it.
func ours(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
