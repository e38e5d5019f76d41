// Package cognitoidentity opens data keys with the caller's own permissions.
//
// The function that reads messages has no permission to decrypt. It exchanges the caller's ID token for
// temporary credentials at the Cognito identity pool, which checks the token's signature, issuer, audience
// and expiry, and whose sessions have the token's sub as a principal tag. The keys' policies allow Decrypt
// only to that tag. So neither a bug in this code nor a stolen role of the function can open a message
// without a fresh token of its recipient.
package cognitoidentity
