package seal

// SealWithNonce lets vectors have a nonce that stays the same.
var SealWithNonce = sealWithNonce

// Fits is tested on its own: a test cannot have a body of 64 GiB.
var Fits = fits
