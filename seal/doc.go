// Package seal encrypts the body of one message for one recipient. It does no I/O. The key service decides
// which key is used and who may have it; package seal guarantees that a ciphertext opens only with that key,
// only as the message it was sealed as, and only whole.
//
// # Format v1
//
// A sealed message is the concatenation of
//
//	offset  bytes  what
//	0       1      version, 0x01
//	1       12     nonce, random
//	13      n      AES-256-GCM ciphertext of the header and the body
//	13+n    16     AES-256-GCM tag
//
// The plaintext is
//
//	1       f, the length of the filename in bytes (0 to 255)
//	f       filename, UTF-8
//	1       t, the length of the content type in bytes (0 to 255)
//	t       content type, UTF-8
//	rest    body
//
// and the associated data is
//
//	1       version, 0x01
//	2 + m   message id: its length in bytes, big-endian, then its UTF-8
//	2 + s   sender id, likewise
//	2 + r   recipient id, likewise
//
// docs/sealed-format.md is the specification for other implementations. testdata/vectors holds ciphertexts
// that every version of this package must open or refuse as their files say; vectors are added but never
// changed.
//
// # Rationale
//
// The nonce is random. With one key for many messages, a random 96-bit nonce must not be used more than 2^32
// times (NIST SP 800-38D, 8.3), but here every message has a fresh key. A constant nonce would do until a bug
// used a key twice, and would then expose both messages. Twelve bytes are a fair price for that safety.
//
// The version and the ids are associated data, so a ciphertext that is moved to another message, sender or
// recipient does not open, whatever the store or the event says. The ids' lengths are included, so no two
// contexts share an encoding: "ab","c" and "a","bc" differ.
//
// The filename and the content type are encrypted because they can reveal as much as the body. Every header
// has exactly one encoding, and all of it is authenticated. The combined length of header and body is not
// hidden.
//
// Every refusal of a ciphertext is [ErrOpen], whether the tag, the length or the header is wrong, so a caller
// cannot be used as an oracle. [ErrVersion] is distinct (and also an ErrOpen) because the version is not
// encrypted.
//
// AES-GCM does not commit to its key: an attacker who chooses two keys can build one ciphertext that opens
// under both. That gains nothing here, because the key service chooses the keys, and each wrapped key opens
// for one message only.
package seal
