package seal

// Wipe overwrites a plaintext key with zeros. Call it, deferred, as soon as a
// key is at hand.
//
// It shortens the time in which a key can be found in memory, and promises no
// more. It reaches only the bytes that b refers to: not the copies that were
// made on the way here (a decoded response body, an SDK's buffer, an old stack
// of a goroutine that has grown), not the round keys that AES derived from the key and
// that the garbage collector frees without clearing, and not what the operating
// system has meanwhile written to swap or to a core dump.
func Wipe(b []byte) { clear(b) }
