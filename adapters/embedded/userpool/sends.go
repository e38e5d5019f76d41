package userpool

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// Limits of sent codes. The limit per user bounds the guessing of codes. The limit per address bounds how
// much mail a stranger can send there by signing up under many names.
const (
	sendsPerHour        = 5
	sendsPerDay         = 15
	addressSendsPerHour = 100
	addressSendsPerDay  = 300
)

// sendCode creates, stores and mails a code. prepare, unless nil, runs first in the same transaction. It
// returns errCodeSends if too many codes were sent, and errCodeDelivery if mailing failed: the code is then
// stored, and the caller can ask for another.
func (p *Pool) sendCode(ctx context.Context, u user, why purpose, prepare func(*sqlite.Tx) error) error {
	code, err := newCode()
	if err != nil {
		return err
	}
	now := p.now()
	if err := p.boundSends(ctx, now); err != nil {
		return err
	}
	err = p.db.Write(ctx, func(tx *sqlite.Tx) error {
		if prepare != nil {
			if err := prepare(tx); err != nil {
				return err
			}
		}
		if err := countSends(tx, u, why, now); err != nil {
			return err
		}
		return p.storeCode(tx, u.id, why, code, now)
	})
	if err != nil {
		return fmt.Errorf("storing a code: %w", err)
	}
	return p.mailCode(ctx, u, why, code, now)
}

// boundSends moves send times in the future to now. After the clock went back they would otherwise count
// until it has caught up. It uses its own transaction because a refused send undoes the other.
func (p *Pool) boundSends(ctx context.Context, now time.Time) error {
	err := p.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE userpool_sends SET at_ms = ?1 WHERE at_ms > ?1`, now.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("looking at what was sent: %w", err)
	}
	return nil
}

func (p *Pool) mailCode(ctx context.Context, u user, why purpose, code string, now time.Time) error {
	err := p.mailer.Send(ctx, codeMail(u.email, why, code, now))
	if err == nil {
		return nil
	}
	p.log.ErrorContext(ctx, "confirmation code not sent", "userId", u.id, "purpose", string(why), "error", err)
	// The mail did not reach the user, so it does not count.
	err = p.db.Write(context.WithoutCancel(ctx), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`DELETE FROM userpool_sends WHERE subject = ? AND at_ms = ?`, sendSubject(u.id, why), now.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("taking back a send: %w", err)
	}
	return errCodeDelivery
}

func sendSubject(userID string, why purpose) string { return string(why) + "/" + userID }

// countSends counts one more mail for the user and for the address, or returns an error at the limit.
func countSends(tx *sqlite.Tx, u user, why purpose, now time.Time) error {
	if err := countSend(tx, sendSubject(u.id, why), now, sendsPerHour, sendsPerDay); err != nil {
		return err
	}
	if err := countSend(tx, "address/"+strings.ToLower(u.email), now, addressSendsPerHour, addressSendsPerDay); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM userpool_sends WHERE rowid IN
		(SELECT rowid FROM userpool_sends WHERE at_ms <= ? LIMIT 10)`, now.Add(-24*time.Hour).UnixMilli())
	return err
}

func countSend(tx *sqlite.Tx, subject string, now time.Time, perHour, perDay int) error {
	var hour, day int
	err := tx.QueryRow(`SELECT count(*) FILTER (WHERE at_ms > ?), count(*) FROM userpool_sends WHERE subject = ? AND at_ms > ?`,
		now.Add(-time.Hour).UnixMilli(), subject, now.Add(-24*time.Hour).UnixMilli()).Scan(&hour, &day)
	if err != nil {
		return err
	}
	if hour >= perHour || day >= perDay {
		return errCodeSends
	}
	_, err = tx.Exec(`INSERT INTO userpool_sends (subject, at_ms) VALUES (?, ?)`, subject, now.UnixMilli())
	return err
}

// codeMail contains no text that the caller chose. With the username in it, anyone could mail their own text
// to any address.
func codeMail(to string, why purpose, code string, now time.Time) mail.Message {
	if why == resetPassword {
		return mail.Message{To: to, Subject: "Reset your Sealpost password", At: now,
			Text: "Your code to set a new password is " + code + ".\n\n" +
				"It is valid for one hour. If you did not ask for it, ignore this mail: your password stays as it is.\n"}
	}
	return mail.Message{To: to, Subject: "Your Sealpost confirmation code", At: now,
		Text: "Your confirmation code is " + code + ".\n\n" +
			"It is valid for 24 hours. If you did not sign up to Sealpost, ignore this mail.\n"}
}

// delivery shows the caller where a code was sent without revealing the address.
type delivery struct {
	AttributeName  string
	DeliveryMedium string
	Destination    string
}

// deliveryTo masks an address as Cognito does: a***@e***.
func deliveryTo(address string) delivery {
	local, domain, _ := strings.Cut(address, "@")
	return delivery{AttributeName: "email", DeliveryMedium: "EMAIL", Destination: first(local) + "***@" + first(domain) + "***"}
}

func first(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
