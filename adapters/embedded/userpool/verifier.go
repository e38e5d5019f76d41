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

// Reasons for refusing a token. Their texts contain nothing of the token.
var (
	// ErrTokenExpired means that the token was valid once. The caller gets a new one with the refresh token.
	ErrTokenExpired = errors.New("token has expired")
	// ErrTokenInvalid means that the token is not an ID token of this pool, or that its session has ended.
	ErrTokenInvalid = errors.New("token is invalid")
)

// leeway is the allowed difference between clocks.
const leeway = 10 * time.Second

// Verifier checks tokens with the pool's public key and checks that their session is live. API Gateway does
// not check sessions: there a token is valid until it expires. A Verifier is safe for concurrent use.
type Verifier struct {
	issuer   string
	clientID string
	keyID    string
	key      *rsa.PublicKey
	verified *verified // verified ID tokens
}

// Verify returns the claims of an ID token that is valid at the time now. Its error wraps ErrTokenExpired or
// ErrTokenInvalid, unless the database fails. Numeric claims are float64.
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

// verifyAccess is verifyID for access tokens, which have client_id instead of aud.
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

// algorithms is a fixed list, so a token's header cannot choose: "none" and the HMACs (which would accept the
// public key as secret) fail first.
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

// timely runs last, so that only an otherwise valid token is called expired.
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
