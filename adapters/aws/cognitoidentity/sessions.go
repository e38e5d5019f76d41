package cognitoidentity

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity/types"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"github.com/sealpost/sealpost/ports"
)

// maxSessions is how many callers' credentials are cached, about 2 MB.
const maxSessions = 1000

// expiryMargin is how long before their expiry credentials are no longer used. It exceeds the duration of any
// call and the error of any clock.
const expiryMargin = 2 * time.Minute

// sessions exchanges callers' tokens for credentials and caches them in memory only, for the life of the
// process.
type sessions struct {
	client   *sdk.Client
	poolID   string
	provider string
	now      func() time.Time
	cache    *lru.Cache[cacheKey, aws.Credentials]
	flights  singleflight.Group
}

// cacheKey is a hash of the subject and the token. With the subject alone, an unchecked token would get the
// credentials of a checked one. It is a hash because no token should stay in memory longer than its request.
type cacheKey [sha256.Size]byte

func keyOf(c ports.Caller) cacheKey {
	subject := sha256.Sum256([]byte(c.UserID))
	token := sha256.Sum256([]byte(c.IDToken))
	return sha256.Sum256(append(subject[:], token[:]...))
}

func newSessions(cfg aws.Config, identityPoolID, userPoolID string, now func() time.Time) (*sessions, error) {
	// A user pool's id begins with its region (UserPoolType API reference).
	region, _, found := strings.Cut(userPoolID, "_")
	if !found {
		return nil, fmt.Errorf("user pool id %q has no region in front", userPoolID)
	}
	cache, err := lru.New[cacheKey, aws.Credentials](maxSessions)
	if err != nil {
		return nil, fmt.Errorf("making the cache of credentials: %w", err)
	}
	// Both calls are public. The token is the proof, and signing with the function's role would need
	// permissions that it should not have.
	cfg.Credentials = aws.AnonymousCredentials{}
	return &sessions{
		client: sdk.NewFromConfig(cfg), poolID: identityPoolID, now: now, cache: cache,
		provider: fmt.Sprintf("cognito-idp.%s.amazonaws.com/%s", region, userPoolID),
	}, nil
}

// of returns the caller's credentials. Concurrent calls for one caller share one exchange.
func (s *sessions) of(ctx context.Context, c ports.Caller) (aws.Credentials, error) {
	key := keyOf(c)
	if found, ok := s.cache.Get(key); ok {
		if s.now().Before(found.Expires.Add(-expiryMargin)) {
			return found, nil
		}
		s.cache.Remove(key)
	}
	// The exchange must not end with the first caller's context, and each caller waits only as long as its
	// own context.
	flight := s.flights.DoChan(string(key[:]), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), exchangeTimeout)
		defer cancel()
		return s.exchange(ctx, key, c.IDToken)
	})
	select {
	case <-ctx.Done():
		return aws.Credentials{}, fmt.Errorf("exchanging the caller's token: %w", ctx.Err())
	case r := <-flight:
		creds, _ := r.Val.(aws.Credentials)
		return creds, r.Err
	}
}

// exchangeTimeout limits one exchange, two calls with their retries.
const exchangeTimeout = 10 * time.Second

func (s *sessions) exchange(ctx context.Context, key cacheKey, token string) (aws.Credentials, error) {
	logins := map[string]string{s.provider: token}
	id, err := s.client.GetId(ctx, &sdk.GetIdInput{IdentityPoolId: aws.String(s.poolID), Logins: logins})
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("asking the identity pool who calls: %w", refused(err))
	}
	out, err := s.client.GetCredentialsForIdentity(ctx, &sdk.GetCredentialsForIdentityInput{IdentityId: id.IdentityId, Logins: logins})
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("asking the identity pool for credentials: %w", refused(err))
	}
	if out.Credentials == nil || out.Credentials.Expiration == nil {
		return aws.Credentials{}, errors.New("the identity pool answered without credentials")
	}
	creds := aws.Credentials{
		AccessKeyID:     aws.ToString(out.Credentials.AccessKeyId),
		SecretAccessKey: aws.ToString(out.Credentials.SecretKey),
		SessionToken:    aws.ToString(out.Credentials.SessionToken),
		CanExpire:       true, Expires: *out.Credentials.Expiration, Source: "cognito-identity",
	}
	s.cache.Add(key, creds)
	return creds, nil
}

// forget removes a caller's cached credentials.
func (s *sessions) forget(c ports.Caller) { s.cache.Remove(keyOf(c)) }

// refused maps a token that the pool rejects (expired, forged, of another pool) to [ports.ErrForbidden]. It
// keeps only the code, because the pool's message may quote the token's claims.
func refused(err error) error {
	var denied *types.NotAuthorizedException
	if errors.As(err, &denied) {
		return fmt.Errorf("%w: the token was not accepted", ports.ErrForbidden)
	}
	return err
}
