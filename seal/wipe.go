package seal

// Wipe overwrites a plaintext key with zeros. Defer it as soon as a key is available.
//
// Wipe only shortens the time in which a key can be found in memory. It reaches only the bytes of b, not
// earlier copies (a decoded response body, an SDK's buffer, the old stack of a goroutine that has grown), not
// the round keys that AES derived and the garbage collector frees without clearing, and not what the
// operating system has written to swap or to a core dump.
func Wipe(b []byte) { clear(b) }
