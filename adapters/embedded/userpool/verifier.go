package userpool

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// Why a token is refused. Neither has anything of the token in its text.
var (
	// ErrTokenExpired means that the token was good once: the caller gets a new
	// one with the refresh token.
	ErrTokenExpired = errors.New("token has expired")
	// ErrTokenInvalid means that the token is not one of this pool's ID tokens, or that
	// its session has ended.
	ErrTokenInvalid = errors.New("token is invalid")
)

// leeway is how far clocks may be apart.
const leeway = 10 * time.Second

// Verifier checks tokens with the pool's public key, and that their session goes on. API
// Gateway does not check the latter: there a token is good until it expires. It is safe
// for concurrent use.
type Verifier struct {
	issuer   string
	clientID string
	keyID    string
	key      *rsa.PublicKey
	verified *verified // ID tokens
}

// Verify returns the claims of an ID token that is good at the time given. Its error
// wraps ErrTokenExpired or ErrTokenInvalid, unless the database fails. Numbers among the
// claims are float64.
func (v *Verifier) Verify(ctx context.Context, token string, now time.Time) (map[string]any, error) {
	if len(token) > maxToken {
		return nil, invalid("it is too long")
	}
	hash := tokenHash(sha256.Sum256([]byte(token)))
	good, known := v.verified.tokens.Get(hash)
	if !known {
		claims, err := v.verifyID(token)
		if err != nil {
			return nil, err
		}
		good.claims = claims
	}
	if _, err := timely(good.claims, now); err != nil {
		return nil, err
	}
	if err := v.verified.goesOn(ctx, hash, good, now); err != nil {
		return nil, err
	}
	return maps.Clone(good.claims), nil
}

// verifyID checks everything but the times.
func (v *Verifier) verifyID(token string) (map[string]any, error) {
	claims, err := v.verify(token, useID)
	if err != nil {
		return nil, err
	}
	if aud, _ := claims["aud"].(string); aud != v.clientID {
		return nil, invalid("it is for another client")
	}
	return claims, nil
}

// verifyAccess does the same for an access token. Those have client_id, not aud.
func (v *Verifier) verifyAccess(token string, now time.Time) (map[string]any, error) {
	claims, err := v.verify(token, useAccess)
	if err != nil {
		return nil, err
	}
	if client, _ := claims["client_id"].(string); client != v.clientID {
		return nil, invalid("it is for another client")
	}
	return timely(claims, now)
}

func invalid(why string) error { return fmt.Errorf("%w: %s", ErrTokenInvalid, why) }

// algorithms is the whole list, so that a token's header has no say: "none" and
// the HMACs (for which a public key would do as the secret) fail before anything
// else is looked at.
var algorithms = []jose.SignatureAlgorithm{jose.RS256}

// verify checks everything but the audience and the times.
func (v *Verifier) verify(token, use string) (map[string]any, error) {
	if len(token) > maxToken {
		return nil, invalid("it is too long")
	}
	parsed, err := jwt.ParseSigned(token, algorithms)
	if err != nil || len(parsed.Headers) != 1 {
		// The library's error may quote the token.
		return nil, invalid("it is not a token signed with RS256")
	}
	if parsed.Headers[0].KeyID != v.keyID {
		return nil, invalid("it was signed with another key")
	}
	var claims map[string]any
	if err := parsed.Claims(v.key, &claims); err != nil {
		return nil, invalid("its signature is wrong")
	}
	if iss, _ := claims["iss"].(string); iss != v.issuer {
		return nil, invalid("it is of another issuer")
	}
	if got, _ := claims["token_use"].(string); got != use {
		return nil, invalid("it is not an " + use + " token")
	}
	return claims, nil
}

// timely comes last, so that only a token that was good is called expired.
func timely(claims map[string]any, now time.Time) (map[string]any, error) {
	exp, hasExp := seconds(claims, "exp")
	iat, hasIat := seconds(claims, "iat")
	nbf, hasNbf := seconds(claims, "nbf")
	_, wantsNbf := claims["nbf"]
	switch {
	case !hasExp || !hasIat || wantsNbf != hasNbf:
		return nil, invalid("it does not say when it is valid")
	case iat.After(now.Add(leeway)) || nbf.After(now.Add(leeway)):
		return nil, invalid("it is not valid yet")
	case !now.Before(exp.Add(leeway)):
		return nil, ErrTokenExpired
	}
	return claims, nil
}

func seconds(claims map[string]any, name string) (time.Time, bool) {
	n, ok := claims[name].(float64)
	if !ok || n < 0 || n > 1<<40 {
		return time.Time{}, false
	}
	return time.Unix(int64(n), 0), true
}
