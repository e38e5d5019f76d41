package lambdahost

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Env reads the function's environment. It collects errors, so that one start names every variable that is
// missing or wrong.
type Env struct {
	lookup func(name string) (string, bool)
	errs   []error
}

// NewEnv returns an environment that reads variables through lookup, such as os.LookupEnv.
func NewEnv(lookup func(name string) (string, bool)) *Env { return &Env{lookup: lookup} }

// Required returns a variable that must not be empty.
func (e *Env) Required(name string) string {
	value, _ := e.lookup(name)
	if value == "" {
		e.errs = append(e.errs, fmt.Errorf("%s is not set", name))
	}
	return value
}

// Optional returns a variable, or the fallback if it is empty.
func (e *Env) Optional(name, fallback string) string {
	if value, _ := e.lookup(name); value != "" {
		return value
	}
	return fallback
}

// OneOf returns a variable that must be one of the choices.
func (e *Env) OneOf(name string, choices ...string) string {
	value := e.Required(name)
	for _, c := range choices {
		if value == c {
			return value
		}
	}
	if value != "" {
		e.errs = append(e.errs, fmt.Errorf("%s is %q, want one of %q", name, value, choices))
	}
	return value
}

// Secret returns a required variable of exactly n bytes in standard base64. No error contains its value.
func (e *Env) Secret(name string, n int) []byte {
	value := e.Required(name)
	if value == "" {
		return nil
	}
	secret, err := base64.StdEncoding.DecodeString(value)
	if err != nil || len(secret) != n {
		e.errs = append(e.errs, fmt.Errorf("%s is not %d bytes in standard base64", name, n))
		return nil
	}
	return secret
}

// Duration returns a variable such as "10m", or the fallback. It must be positive.
func (e *Env) Duration(name string, fallback time.Duration) time.Duration {
	value := e.Optional(name, fallback.String())
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 {
		e.errs = append(e.errs, fmt.Errorf("%s is %q, want a duration such as 10m", name, value))
	}
	return d
}

// Int returns a variable that is a whole number of at least 1, or the fallback.
func (e *Env) Int(name string, fallback int) int {
	value := e.Optional(name, strconv.Itoa(fallback))
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		e.errs = append(e.errs, fmt.Errorf("%s is %q, want a whole number from 1", name, value))
	}
	return n
}

// Err returns all errors so far.
func (e *Env) Err() error { return errors.Join(e.errs...) }
