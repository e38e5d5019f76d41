package kms_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/sealpost/sealpost/adapters/aws/kms"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
)

// flawed is an account of its own behind faults.
func flawed(t *testing.T) (aws.Config, *faults.Transport) {
	t.Helper()
	tr := faults.New(http.DefaultTransport)
	return faults.Under(emulator.Moto(t).Config(t), tr), tr
}

func notFound() faults.Fault { return faults.Error(http.StatusBadRequest, "NotFoundException") }

// TestFaultsWhileAKeyIsMade: after each fault a user has one key, no other key is
// left alive, and a later call finds the same.
func TestFaultsWhileAKeyIsMade(t *testing.T) {
	t.Parallel()
	for name, inject := range map[string]func(*faults.Transport){
		"none":                          func(*faults.Transport) {},
		"the new key is not known yet":  func(tr *faults.Transport) { tr.On("EnableKeyRotation", notFound(), notFound()) },
		"nor when it gets its alias":    func(tr *faults.Transport) { tr.On("CreateAlias", notFound(), notFound()) },
		"throttled":                     func(tr *faults.Transport) { tr.On("CreateKey", faults.Throttled(), faults.Throttled()) },
		"unavailable":                   func(tr *faults.Transport) { tr.On("DescribeKey", faults.Unavailable()) },
		"the alias' answer is lost":     func(tr *faults.Transport) { tr.On("CreateAlias", faults.LostResponse()) },
		"the rotation's answer is lost": func(tr *faults.Transport) { tr.On("EnableKeyRotation", faults.LostResponse()) },
		"the alias' answer is lost, then stale": func(tr *faults.Transport) {
			tr.On("CreateAlias", faults.LostResponse()).On("DescribeKey", notFound(), notFound())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, tr := flawed(t)
			inject(tr)
			keys := kms.NewUserKeys(cfg, "faulty", parties)
			keyID, err := keys.CreateKey(t.Context(), "user-1")
			if err != nil {
				t.Fatal(err)
			}
			tr.Spent(t)
			if again, err := keys.CreateKey(t.Context(), "user-1"); err != nil || again != keyID {
				t.Errorf("a later call got %s, error %v; want %s", again, err, keyID)
			}
			if n := alive(t, cfg); n != 1 {
				t.Errorf("%d keys are alive, want 1", n)
			}
			if _, err := kms.NewDataKeys(cfg, "faulty").GenerateDataKey(t.Context(), ports.User{ID: "user-1"}, nil); err != nil {
				t.Errorf("the key does not work: %v", err)
			}
		})
	}
}

// TestTheAnswerToCreateKeyIsLost: KMS has no token for it, so a key is made that
// nobody knows of. It has no alias and no use; the user's key is another.
func TestTheAnswerToCreateKeyIsLost(t *testing.T) {
	t.Parallel()
	cfg, tr := flawed(t)
	tr.On("CreateKey", faults.LostResponse())
	keys := kms.NewUserKeys(cfg, "faulty", parties)
	keyID, err := keys.CreateKey(t.Context(), "user-1")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := keys.CreateKey(t.Context(), "user-1"); err != nil || again != keyID {
		t.Errorf("a later call got %s, error %v; want %s", again, err, keyID)
	}
}

// TestAKeyThatMayBeInUseIsNeverDropped: CreateAlias fails for good, but nobody
// knows whether KMS did it. The key must stay, and the redelivery must end well.
func TestAKeyThatMayBeInUseIsNeverDropped(t *testing.T) {
	t.Parallel()
	cfg, tr := flawed(t)
	tr.On("CreateAlias", faults.LostResponse(), faults.Unavailable(), faults.Unavailable(), faults.Unavailable())
	keys := kms.NewUserKeys(cfg, "faulty", parties)
	if keyID, err := keys.CreateKey(t.Context(), "user-1"); err == nil {
		t.Fatalf("got key %s, want an error", keyID)
	}
	tr.Spent(t)
	if n := len(tr.Calls("ScheduleKeyDeletion")); n != 0 {
		t.Errorf("%d keys were dropped, want none", n)
	}
	keyID, err := keys.CreateKey(t.Context(), "user-1")
	if err != nil {
		t.Fatal(err)
	}
	found, err := sdk.NewFromConfig(cfg).DescribeKey(t.Context(), &sdk.DescribeKeyInput{KeyId: aws.String(keyID)})
	if err != nil || found.KeyMetadata.KeyState != types.KeyStateEnabled {
		t.Errorf("the alias leads to %+v, error %v; want an enabled key", found, err)
	}
}

// TestAKeyThatCannotRotateIsDropped also when the caller's time is up: it is known
// to be nobody's.
func TestAKeyThatCannotRotateIsDropped(t *testing.T) {
	t.Parallel()
	cfg, tr := flawed(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tr.On("EnableKeyRotation", func(faults.Call, func() (*http.Response, error)) (*http.Response, error) {
		cancel()
		return nil, context.Canceled
	})
	if _, err := kms.NewUserKeys(cfg, "faulty", parties).CreateKey(ctx, "user-1"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the context's", err)
	}
	if n := alive(t, cfg); n != 0 {
		t.Errorf("%d keys are alive, want none", n)
	}
}

func TestRetriesAreBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		operation string
		fault     faults.Fault
		most      int
	}{
		"unavailable":          {"DescribeKey", faults.Unavailable(), 4},
		"throttled":            {"DescribeKey", faults.Throttled(), 4},
		"denied":               {"DescribeKey", faults.Error(http.StatusBadRequest, "AccessDeniedException"), 1},
		"never known":          {"CreateAlias", notFound(), 8},
		"disabled by somebody": {"EnableKeyRotation", faults.Error(http.StatusBadRequest, "DisabledException"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := `{"KeyMetadata":{"KeyId":"key-1","Arn":"arn:aws:kms:us-east-1:123456789012:key/key-1"}}`
			tr := faults.New(nil)
			if c.operation != "DescribeKey" {
				tr.On("DescribeKey", notFound())
			}
			tr.On("CreateKey", faults.Answer(http.StatusOK, made)).On("ScheduleKeyDeletion", faults.Answer(http.StatusOK, "{}"))
			tr.On(c.operation, faults.Repeat(50, c.fault)...)
			if c.operation != "EnableKeyRotation" {
				tr.On("EnableKeyRotation", faults.Answer(http.StatusOK, "{}"))
			}
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				if _, err := kms.NewUserKeys(faults.Config(tr), "p", parties).CreateKey(t.Context(), "user-1"); err == nil {
					t.Error("no error")
				}
				if took := time.Since(begun); took > 20*time.Second {
					t.Errorf("gave up after %v", took)
				}
			})
			if n := len(tr.Calls(c.operation)); n != c.most {
				t.Errorf("%d calls of %s, want %d", n, c.operation, c.most)
			}
		})
	}
}

func TestADisabledKeyMakesNoDataKey(t *testing.T) {
	t.Parallel()
	tr := faults.New(nil).On("GenerateDataKey", faults.Error(http.StatusBadRequest, "DisabledException"))
	got, err := kms.NewDataKeys(faults.Config(tr), "p").GenerateDataKey(t.Context(), ports.User{ID: "user-1"}, nil)
	if err == nil || errors.Is(err, ports.ErrNotFound) || got.Plaintext != nil {
		t.Errorf("got %d bytes, error %v; want an error of the infrastructure", len(got.Plaintext), err)
	}
}
