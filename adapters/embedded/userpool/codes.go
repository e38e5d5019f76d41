package userpool

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// purpose is what a code is for. A code is valid for its own purpose only.
type purpose string

const (
	confirmSignUp purpose = "confirm-sign-up"
	resetPassword purpose = "reset-password"
)

// lifetime is that of Cognito (Amazon Cognito Developer Guide, quotas: validity of codes).
func (p purpose) lifetime() time.Duration {
	if p == resetPassword {
		return time.Hour
	}
	return 24 * time.Hour
}

// maxWrongTries is how many wrong codes invalidate a code. With sendsPerDay codes a day an attacker has 75
// tries of a million per day, and the user gets 15 mails.
const maxWrongTries = 5

func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("making a code: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}

// codeMAC binds a code to its user and purpose. It is keyed, because a million unkeyed hashes can be tried in
// a moment.
func (p *Pool) codeMAC(userID string, why purpose, code string) []byte {
	mac := hmac.New(sha256.New, p.key.codeKey)
	fmt.Fprintf(mac, "%s\x00%s\x00%s", why, userID, code) // never fails (hash.Hash)
	return mac.Sum(nil)
}

// storeCode stores a code in place of the user's previous one of that purpose.
func (p *Pool) storeCode(tx *sqlite.Tx, userID string, why purpose, code string, now time.Time) error {
	_, err := tx.Exec(`INSERT INTO userpool_codes (user_id, purpose, mac, expires_ms) VALUES (?, ?, ?, ?)
		ON CONFLICT (user_id, purpose) DO UPDATE
		SET mac = excluded.mac, expires_ms = excluded.expires_ms, wrong_tries = 0`,
		userID, string(why), p.codeMAC(userID, why, code), now.Add(why.lifetime()).UnixMilli())
	return err
}

// checkCode compares the code with the one that was sent. It returns wrong, the caller's error, separately
// from err: a wrong try is counted in the transaction, which err would undo.
func (p *Pool) checkCode(tx *sqlite.Tx, userID string, why purpose, code string, now time.Time) (wrong *apiError, err error) {
	var (
		mac     []byte
		expires int64
		tries   int
	)
	// If the clock went back, the code's lifetime starts again now.
	_, err = tx.Exec(`UPDATE userpool_codes SET expires_ms = min(expires_ms, ?) WHERE user_id = ? AND purpose = ?`,
		now.Add(why.lifetime()).UnixMilli(), userID, string(why))
	if err != nil {
		return nil, err
	}
	err = tx.QueryRow(`SELECT mac, expires_ms, wrong_tries FROM userpool_codes WHERE user_id = ? AND purpose = ?`,
		userID, string(why)).Scan(&mac, &expires, &tries)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return errCodeExpired, nil
	case err != nil:
		return nil, err
	case now.UnixMilli() >= expires:
		return errCodeExpired, nil
	case tries >= maxWrongTries:
		return errCodeTries, nil
	case subtle.ConstantTimeCompare(mac, p.codeMAC(userID, why, code)) == 1:
		return nil, nil
	}
	_, err = tx.Exec(`UPDATE userpool_codes SET wrong_tries = wrong_tries + 1 WHERE user_id = ? AND purpose = ?`,
		userID, string(why))
	return errCodeMismatch, err
}

// useUp removes the code, so that it works only once.
func useUp(tx *sqlite.Tx, userID string, why purpose) error {
	_, err := tx.Exec(`DELETE FROM userpool_codes WHERE user_id = ? AND purpose = ?`, userID, string(why))
	return err
}
