package userpool

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// settings are what the pool is known by. They are made once.
type settings struct {
	poolID   string
	clientID string
}

// The lengths are those of Cognito's own ids.
const (
	poolIDLength   = 9
	clientIDLength = 26
)

func loadSettings(ctx context.Context, db *sqlite.DB, region string) (settings, error) {
	poolID, err := keepSetting(ctx, db, "pool_id", []byte(region+"_"+randomID(poolIDLength)))
	if err != nil {
		return settings{}, err
	}
	clientID, err := keepSetting(ctx, db, "client_id", []byte(randomID(clientIDLength)))
	if err != nil {
		return settings{}, err
	}
	return settings{poolID: string(poolID), clientID: string(clientID)}, nil
}

// keepSetting stores the value unless there is one, and returns the one that is
// there then.
func keepSetting(ctx context.Context, db *sqlite.DB, name string, value []byte) ([]byte, error) {
	var kept []byte
	err := db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO userpool_settings (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING`, name, value)
		if err != nil {
			return err
		}
		return tx.QueryRow(`SELECT value FROM userpool_settings WHERE name = ?`, name).Scan(&kept)
	})
	if err != nil {
		return nil, fmt.Errorf("keeping the setting %s: %w", name, err)
	}
	return kept, nil
}

// randomID returns n lower-case letters and digits.
func randomID(n int) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz234567" // 32: a byte's low five bits choose evenly
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	for i := range b {
		b[i] = alphabet[b[i]&31]
	}
	return string(b)
}
