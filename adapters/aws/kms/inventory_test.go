package kms_test

import (
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/sealpost/sealpost/adapters/aws/kms"
	"github.com/sealpost/sealpost/internal/testing/faults"
)

// TestAKeyWhoseAliasWasNeverGivenIsFound, and keys of others are not.
func TestAKeyWhoseAliasWasNeverGivenIsFound(t *testing.T) {
	t.Parallel()
	cfg, tr := flawed(t)
	tr.On("CreateAlias", faults.Repeat(4, faults.Unavailable())...)
	if keyID, err := kms.NewUserKeys(cfg, "faulty", parties).CreateKey(t.Context(), "user-1"); err == nil {
		t.Fatalf("got key %s, want an error", keyID)
	}
	for prefix, user := range map[string]string{"faulty": "user-2", "another": "user-1"} {
		if _, err := kms.NewUserKeys(cfg, prefix, parties).CreateKey(t.Context(), user); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := sdk.NewFromConfig(cfg).CreateKey(t.Context(), &sdk.CreateKeyInput{
		Tags: []types.Tag{{TagKey: aws.String("sealpost:prefix"), TagValue: aws.String("faulty")}},
	}); err != nil {
		t.Fatal(err)
	}
	inventory := kms.NewInventory(cfg, "faulty")
	all, err := inventory.List(t.Context(), "")
	if err != nil || len(all) != 3 || all[0].UserID != "" || all[1].Alias != "" || all[2].Alias != "alias/faulty/user/user-2" {
		t.Fatalf("got %+v, error %v; want the shared key, the one without an alias, and user-2's", all, err)
	}
	theirs, err := inventory.List(t.Context(), "user-1")
	if err != nil || len(theirs) != 1 || theirs[0].ID != all[1].ID {
		t.Errorf("got %+v, error %v; want user-1's", theirs, err)
	}
}

// TestShreddingGoesOnWhereItStopped: an answer that is lost is no failure.
func TestShreddingGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	cfg, tr := flawed(t)
	for _, user := range []string{"user-1", "user-2"} {
		if _, err := kms.NewUserKeys(cfg, "faulty", parties).CreateKey(t.Context(), user); err != nil {
			t.Fatal(err)
		}
	}
	tr.On("ScheduleKeyDeletion", faults.LostResponse(), faults.Error(http.StatusBadRequest, "KMSInvalidStateException"))
	inventory := kms.NewInventory(cfg, "faulty")
	for range 2 {
		keys, err := inventory.List(t.Context(), "")
		if err != nil || len(keys) != 2 {
			t.Fatalf("got %+v, error %v", keys, err)
		}
		for _, k := range keys {
			if _, err := inventory.Shred(t.Context(), k, 30); err != nil {
				t.Error(err)
			}
		}
	}
	tr.Spent(t)
	if n, calls := alive(t, cfg), len(tr.Calls("ScheduleKeyDeletion")); n != 0 || calls != 3 {
		t.Errorf("%d keys are alive after %d calls, want none after 3", n, calls)
	}
}

// TestAKeyThatCannotBeLookedAtIsNotLeftOut, unless its own policy says so.
func TestAKeyThatCannotBeLookedAtIsNotLeftOut(t *testing.T) {
	t.Parallel()
	for code, fails := range map[string]bool{"AccessDeniedException": false, "NotFoundException": false, "KMSInternalException": true} {
		tr := faults.New(nil).
			On("ListAliases", faults.Answer(http.StatusOK, `{"Aliases":[]}`)).
			On("ListKeys", faults.Answer(http.StatusOK, `{"Keys":[{"KeyId":"key-1"}]}`)).
			On("ListResourceTags", faults.Repeat(10, faults.Error(http.StatusBadRequest, code))...)
		keys, err := kms.NewInventory(faults.Config(tr), "p").List(t.Context(), "")
		if (err != nil) != fails || len(keys) != 0 {
			t.Errorf("%s: got %+v, error %v", code, keys, err)
		}
	}
}
