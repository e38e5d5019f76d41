package kms

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/sealpost/sealpost/terraform/policies"
)

// PolicyParties are the parties in a user key's policy besides its owner.
type PolicyParties struct {
	// IdentityPoolID is the only pool from which the owner's session may come.
	IdentityPoolID string
	// OpenerRoleARN is the identity pool's authenticated role, which sessions that open messages assume.
	OpenerRoleARN string
	// SenderRoleARN is the role of producers/storemessage.
	SenderRoleARN string
	// KeyMakerRoleARN is the role of consumers/userkey. KMS refuses a policy that locks out the key's
	// creator.
	KeyMakerRoleARN string
	// AdminRoleARN may administer the key but never decrypt with it.
	AdminRoleARN string
}

// userIDPattern excludes characters with a special meaning in a policy or an alias: quotes, wildcards, policy
// variables, slashes.
var userIDPattern = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

// ErrUserID means that a user id cannot be part of a key's name and policy.
var ErrUserID = errors.New("user id has other characters than letters, digits, - and _")

// UserKeyPolicy renders the policy of a user's key.
func (a Aliases) UserKeyPolicy(userID string, p PolicyParties) (string, error) {
	if !userIDPattern.MatchString(userID) {
		return "", ErrUserID
	}
	opener, err := arn.Parse(p.OpenerRoleARN)
	if err != nil {
		return "", fmt.Errorf("the opener role's ARN: %w", err)
	}
	return render(policies.UserKey, map[string]string{
		"partition":          opener.Partition,
		"account_id":         opener.AccountID,
		"identity_pool_id":   p.IdentityPoolID,
		"opener_role_arn":    p.OpenerRoleARN,
		"sender_role_arn":    p.SenderRoleARN,
		"key_maker_role_arn": p.KeyMakerRoleARN,
		"admin_role_arn":     p.AdminRoleARN,
		"prefix":             string(a),
		"user_id":            userID,
	})
}

// placeholder matches Terraform's ${name}, and $${...}, which stands for a literal ${...} (Terraform
// language, "Strings and Templates").
var placeholder = regexp.MustCompile(`\$?\$\{[^}]*\}`)

// render fills a template's placeholders. A missing or empty value is an error, and so is a result that is
// not JSON.
func render(template string, values map[string]string) (string, error) {
	var errs []error
	out := placeholder.ReplaceAllStringFunc(template, func(found string) string {
		if strings.HasPrefix(found, "$$") {
			return found[1:]
		}
		name := found[2 : len(found)-1]
		if values[name] == "" {
			errs = append(errs, fmt.Errorf("key policy: no value for %s", name))
		}
		return escaped(values[name])
	})
	if err := errors.Join(errs...); err != nil {
		return "", err
	}
	if !json.Valid([]byte(out)) {
		return "", errors.New("key policy: the template does not make JSON")
	}
	return out, nil
}

// escaped returns a value for use between the quotes of a JSON string.
func escaped(value string) string {
	quoted, err := json.Marshal(value)
	if err != nil { // a string always marshals
		return ""
	}
	return string(quoted[1 : len(quoted)-1])
}
