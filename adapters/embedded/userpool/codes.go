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

// purpose is what a code is for. A code of one purpose is none of the other.
type purpose string

const (
	confirmSignUp purpose = "confirm-sign-up"
	resetPassword purpose = "reset-password"
)

// lifetime is Cognito's (Amazon Cognito Developer Guide, quotas: validity of codes).
func (p purpose) lifetime() time.Duration {
	if p == resetPassword {
		return time.Hour
	}
	return 24 * time.Hour
}

// maxWrongTries is how many wrong codes may be tried against one code; then it is
// dead. With sendsPerDay codes a day an attacker who never sleeps has 75 tries of a
// million a day, and the user has 15 mails to wonder about.
const maxWrongTries = 5

func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("making a code: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}

// codeMAC binds a code to its user and purpose. It is keyed: a million plain
// hashes are tried in a moment.
func (p *Pool) codeMAC(userID string, why purpose, code string) []byte {
	mac := hmac.New(sha256.New, p.key.codeKey)
	fmt.Fprintf(mac, "%s\x00%s\x00%s", why, userID, code) // never fails (hash.Hash)
	return mac.Sum(nil)
}

// storeCode replaces the user's code of that purpose.
func (p *Pool) storeCode(tx *sqlite.Tx, userID string, why purpose, code string, now time.Time) error {
	_, err := tx.Exec(`INSERT INTO userpool_codes (user_id, purpose, mac, expires_ms) VALUES (?, ?, ?, ?)
		ON CONFLICT (user_id, purpose) DO UPDATE
		SET mac = excluded.mac, expires_ms = excluded.expires_ms, wrong_tries = 0`,
		userID, string(why), p.codeMAC(userID, why, code), now.Add(why.lifetime()).UnixMilli())
	return err
}

// checkCode compares the code with the one that was sent. It returns wrong, which
// is what to tell the caller, apart from err, because a wrong try is counted in
// the transaction and an error would undo that.
func (p *Pool) checkCode(tx *sqlite.Tx, userID string, why purpose, code string, now time.Time) (wrong *apiError, err error) {
	var (
		mac     []byte
		expires int64
		tries   int
	)
	// After the clock went back, a code is valid for its lifetime from now and no longer.
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

// useUp removes the code, so that it works once.
func useUp(tx *sqlite.Tx, userID string, why purpose) error {
	_, err := tx.Exec(`DELETE FROM userpool_codes WHERE user_id = ? AND purpose = ?`, userID, string(why))
	return err
}
