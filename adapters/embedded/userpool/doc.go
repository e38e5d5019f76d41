// Package userpool is the user pool of the embedded backend. [Pool.Handler] speaks the wire protocol of
// Amazon Cognito user pools (JSON 1.1, X-Amz-Target AWSCognitoIdentityProviderService.*), so AWS SDKs and the
// web page use it like Cognito. It behaves like a pool with one app client without a secret. The pool allows
// USER_PASSWORD_AUTH and refresh tokens, prevents user-existence errors, verifies e-mail addresses, ignores
// case in usernames, and has the triggers before a sign-up, after a confirmation and after a sign-in.
//
// Names, messages and limits are Cognito's where its API reference and developer guide state them, or where
// applications are known to rely on them.
//
// Secrets:
//
//   - Passwords are stored as argon2id hashes. Confirmation codes are stored as HMACs under a key derived
//     from the signing key, because a plain hash of six digits is no secret. Refresh tokens have 256 random
//     bits, so a SHA-256 of them is enough.
//   - The key that signs tokens is stored encrypted by the [Sealer].
//   - E-mail addresses are in this package's tables only, and in no log or error.
//
// Guessing is limited per user: sign-ins by Cognito's lock-out, codes by the number of wrong tries per code
// and of codes per user and day. Floods are limited by how many passwords are hashed at once.
package userpool
