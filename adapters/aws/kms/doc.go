// Package kms creates the keys that seal messages, and data keys under them. It cannot open any: that
// requires the recipient's own credentials, see package cognitoidentity.
package kms
