package userpool

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// settings identify the pool. The first start creates them.
type settings struct {
	poolID   string
	clientID string
}

// Lengths of Cognito's ids.
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

// keepSetting stores the value unless one exists, and returns the stored value.
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

func randomID(n int) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz234567" // 32 characters, so a byte's low five bits choose uniformly
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	for i := range b {
		b[i] = alphabet[b[i]&31]
	}
	return string(b)
}
