package userpool_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/adapters/embedded/userpool"
)

func TestTheDatabaseHasNoSecretInTheClear(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sealpost.db")
	f := openFixture(t, path, newSealer(t))
	session := f.register(t, "ann")
	must(t, f.forgot(t, "ann"))
	code := f.code(t, annMail)
	must(t, f.db.Write(t.Context(), func(tx *sqlite.Tx) error { // the mailbox keeps codes on purpose
		_, err := tx.Exec(`DELETE FROM mails`)
		return err
	}))
	var dump strings.Builder
	for _, table := range []string{"settings", "users", "codes", "sends", "failures", "sessions"} {
		dumpTable(t, f.db, &dump, "userpool_"+table)
	}
	for name, secret := range map[string]string{
		"password": goodPassword, "code": " " + code + " ", "refresh token": *session.RefreshToken, "private key": "PRIVATE",
	} {
		if strings.Contains(dump.String(), secret) {
			t.Errorf("the database has the %s in the clear", name)
		}
	}
	if !strings.Contains(dump.String(), annMail) {
		t.Error("the dump lacks the address: it is no dump")
	}
	// An RSA key's PKCS #8 form names its algorithm.
	if strings.Contains(dump.String(), "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01") {
		t.Error("the database has the signing key in the clear")
	}
}

func dumpTable(t *testing.T, db *sqlite.DB, out *strings.Builder, table string) {
	t.Helper()
	rows, err := db.Read().QueryContext(t.Context(), "SELECT * FROM "+table)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new([]byte)
		}
		must(t, rows.Scan(values...))
		for _, v := range values {
			fmt.Fprintf(out, " %s ", *v.(*[]byte)) //nolint:errcheck,forcetypeassert // made above
		}
	}
	must(t, rows.Err())
}

func TestLogsHaveNothingPersonal(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.hook.run = failAlways
	must(t, f.signUp(t, "ann", annMail, goodPassword))
	_ = f.confirm(t, "ann", f.code(t, annMail))
	must(t, f.db.Close()) // everything fails from here
	_ = f.signUp(t, "bob", "bob@example.org", goodPassword)
	_, _ = f.signIn(t, "ann", goodPassword)
	_ = f.forgot(t, "ann")
	logs := f.logs.String()
	if !strings.Contains(logs, "user pool operation failed") || !strings.Contains(logs, "trigger failed") {
		t.Fatalf("logs: %s", logs)
	}
	for _, personal := range []string{"example.org", goodPassword, "ann"} {
		if strings.Contains(logs, personal) {
			t.Errorf("the log has %q:\n%s", personal, logs)
		}
	}
}

func TestABrokenDatabaseIsAnInternalError(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	must(t, f.db.Close())
	res := f.post(t, "SignUp", fmt.Sprintf(
		`{"ClientId":%q,"Username":"ann","Password":%q,"UserAttributes":[{"Name":"email","Value":%q}]}`, f.pool.ClientID(), goodPassword, annMail))
	if res.status != 500 || res.kind != "InternalErrorException" || strings.Contains(res.message, "database") {
		t.Errorf("answer %+v", res)
	}
}

// A copy of the database alone has no hash to guess against, and a hash is its user's
// alone: another's does not open in its place.
func TestPasswordHashesAreSealedForTheirUser(t *testing.T) {
	t.Parallel()
	sealer := newSealer(t)
	f := openFixture(t, filepath.Join(t.TempDir(), "sealpost.db"), sealer)
	c := f.config
	userpool.HashAsConfigured(&c)
	pool, err := userpool.New(t.Context(), c)
	must(t, err)
	f.server.Config.Handler = pool.Handler()
	f.register(t, "ann")
	var id string
	var stored []byte
	must(t, f.db.Read().QueryRowContext(t.Context(), `SELECT id, password FROM userpool_users`).Scan(&id, &stored))
	if bytes.Contains(stored, []byte("argon2")) {
		t.Errorf("the stored hash is in the clear: %s", stored)
	}
	phc, err := sealer.Open(stored, []byte("sealpost/userpool/password/"+id))
	must(t, err)
	if !strings.HasPrefix(string(phc), "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash is %s", phc)
	}
	must(t, f.signUp(t, "mallory", "mallory@example.org", otherPassword))
	must(t, f.db.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE userpool_users SET password = (SELECT password FROM userpool_users WHERE username = 'mallory')`)
		return err
	}))
	if _, err := f.signIn(t, "ann", otherPassword); err == nil {
		t.Error("another user's hash in ann's row lets mallory in")
	}
}

func TestTheDatabaseFileHasNoPrivateKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sealpost.db")
	f := openFixture(t, path, newSealer(t))
	must(t, f.db.Close())
	file, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Contains(file, []byte(f.pool.PoolID())) || bytes.Contains(file, []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")) {
		t.Error("the file is not what it should be")
	}
}
