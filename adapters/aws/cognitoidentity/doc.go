// Package cognitoidentity opens data keys with the caller's own rights.
//
// The function that reads messages has no right to decrypt. It exchanges the
// caller's ID token for temporary credentials at the Cognito identity pool, which
// checks the token's signature, issuer, audience and expiry by itself, and whose
// sessions carry the token's sub as a principal tag. The keys' policies allow
// Decrypt to that tag alone. So neither a fault in this code nor a stolen role of
// the function opens a message whose recipient is not there with a fresh token.
package cognitoidentity
