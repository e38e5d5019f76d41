// Package seal encrypts the body of one message for one recipient. It is pure:
// bytes in, bytes out. Where the key comes from and who may have it is the
// business of the key service; package seal makes sure that a ciphertext opens
// only with that key, only as the message it was sealed as, and only whole.
//
// # Format v1
//
// A sealed message is, without anything between or behind:
//
//	offset  bytes  what
//	0       1      version, 0x01
//	1       12     nonce, random
//	13      n      AES-256-GCM ciphertext of the header and the body
//	13+n    16     AES-256-GCM tag
//
// What is encrypted is
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
// docs/sealed-format.md is the specification for other implementations, and
// testdata/vectors holds ciphertexts that every version of this package opens
// (or refuses) as their files say. They are added to and never changed.
//
// # Why it is so
//
// The nonce is random although 96 bits are few: with one key for many messages
// a random nonce must not be used more than 2^32 times (NIST SP 800-38D, 8.3),
// but here every message has a fresh key, so a nonce would have to repeat under
// a key that is used once. A constant nonce would do as well until the day that a bug
// uses a key twice, and then it would give away both messages; twelve bytes are
// a fair price for that day.
//
// The version and the ids are associated data, so a ciphertext that is moved to
// another message, sender or recipient does not open, whatever the store or the
// event says. Their lengths are part of it, so no two contexts share an encoding:
// "ab","c" and "a","bc" differ.
//
// The filename and the content type are inside, because they tell as much as many
// a body does. Every header has exactly one encoding and the whole of it is
// authenticated. The length of the body and of the header together is not hidden.
//
// Every refusal of a ciphertext is [ErrOpen], whether the tag, the length or the
// header is wrong, so a caller cannot be used to learn which. [ErrVersion] is
// told apart (and is an ErrOpen as well) because the version stands in the clear.
//
// AES-GCM does not commit to its key: somebody who chooses two keys can make one
// ciphertext that opens under both. That gains nobody anything here, because the
// key service chooses the keys, and each wrapped key opens for one message only.
package seal
