package serve

import (
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/gateway"
)

// mailboxPath shows mail that is not sent, followed by "/" and a token. Everyone who
// can read it can take over any account with a password reset code.
const mailboxPath = "/dev/mail"

// errMailNowhere means that other machines can reach the server, which cannot send
// mail.
var errMailNowhere = errors.New("this server can be reached from other machines (--addr and --public-url are not both loopback), and has no way to mail its users their codes: " +
	"give --smtp and --mail-from, or --no-mail to send none and read what would be sent by `sealpost mailbox` on this machine")

// mailboxShown reports whether this server shows the mailbox over HTTP. It does so only
// if neither its address nor its public name is reachable from another machine.
func (c Config) mailboxShown(addr net.Addr) (bool, error) {
	if c.SMTP != "" || c.NoMail {
		return false, nil
	}
	public, err := url.Parse(c.publicURL(addr))
	if err != nil || !loopback(addr.String()) || !loopback(public.Host) {
		return false, errMailNowhere
	}
	return true, nil
}

// guardMailbox passes only requests from this machine's own user: with the token, from
// loopback to loopback, and not through a proxy, whose callers are unknown.
func guardMailbox(token string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, _ := strings.CutPrefix(r.URL.Path, mailboxPath+"/")
		given = strings.TrimSuffix(given, ".json")
		if !local(r) || forwarded(r.Header) || subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1 {
			gateway.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func forwarded(h http.Header) bool {
	for name := range h {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return true
		}
	}
	return false
}

// local reports whether a request is from this machine. The peer and the called host
// must both be loopback. Otherwise any website could resolve its own name to 127.0.0.1
// and read the mailbox (DNS rebinding).
func local(r *http.Request) bool { return loopback(r.RemoteAddr) && loopback(r.Host) }

// loopback reports whether a HOST or HOST:PORT is this machine by a local name.
func loopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
