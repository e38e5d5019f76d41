package userpool_test

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/userpool"
)

// TestBothBackendsHaveOnePasswordRule: the pool on AWS and the page say it in languages
// of their own.
func TestBothBackendsHaveOnePasswordRule(t *testing.T) {
	t.Parallel()
	for path, patterns := range map[string][]string{
		"../../../terraform/variables-identity.tf": {
			`(?s)variable "password_minimum_length" \{.*?default\s+= (\d+)`,
		},
		"../../../terraform/modules/user-pool/main.tf": {
			`require_lowercase\s+= true`, `require_uppercase\s+= true`, `require_numbers\s+= true`, `require_symbols\s+= true`,
		},
		"../../../terraform/web.tf": {`lowercase\s+= true`, `uppercase\s+= true`, `numbers\s+= true`, `symbols\s+= true`},
		"../../../web/static/lib/passwords.js": {
			`minimumLength: (\d+), lowercase: true, uppercase: true, numbers: true, symbols: true`,
		},
	} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, pattern := range patterns {
			found := regexp.MustCompile(pattern).FindSubmatch(text)
			if found == nil {
				t.Errorf("%s has nothing like %s", path, pattern)
				continue
			}
			if len(found) > 1 && string(found[1]) != strconv.Itoa(userpool.MinPasswordLength) {
				t.Errorf("%s: at least %s characters, and %d in the embedded pool", path, found[1], userpool.MinPasswordLength)
			}
		}
	}
}
