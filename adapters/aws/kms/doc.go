// Package kms makes the keys that messages are sealed under, and data keys under
// them. It cannot open any: that takes the recipient's own credentials, see
// package cognitoidentity.
package kms
