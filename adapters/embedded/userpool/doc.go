// Package userpool is the embedded home's user pool. It speaks the wire protocol
// of Amazon Cognito user pools (JSON 1.1, X-Amz-Target
// AWSCognitoIdentityProviderService.*), so that any AWS SDK and the web page use
// it as they use Cognito: [Pool.Handler]. It behaves like a pool with one app
// client that has no secret, allows USER_PASSWORD_AUTH and refresh tokens, prevents
// user-existence errors, verifies e-mail addresses, compares usernames without
// regard to case, and has the triggers after a confirmation and after a sign-in.
//
// Names, messages and limits are Cognito's where its API reference and developer
// guide state them, or where applications are known to rely on them.
//
// What the package keeps secret:
//
//   - Passwords are argon2id hashes. Confirmation codes are HMACs under a key that
//     is derived from the signing key, because a plain hash of six digits is no
//     secret. Of refresh tokens only a SHA-256 is stored; they have 256 random
//     bits, so nothing slower is needed.
//   - The key that signs tokens is stored encrypted by the [Sealer].
//   - E-mail addresses are in this package's tables and nowhere else. They go into
//     no log and no error.
//
// Whoever guesses is slowed down per user: sign-ins by Cognito's lock-out, codes
// by a bound on wrong tries for each code and on codes for each user and day.
// Whoever floods is bounded by how many passwords are hashed at once.
package userpool
