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

// mailboxPath is where mail is shown that is not sent, with "/" and a token behind it:
// whoever reads it can take over any account, by a code that resets a password.
const mailboxPath = "/dev/mail"

// errMailNowhere is for a server that others can reach and that could not mail them.
var errMailNowhere = errors.New("this server can be reached from other machines (--addr and --public-url are not both loopback), and has no way to mail its users their codes: " +
	"give --smtp and --mail-from, or --no-mail to send none and read what would be sent by `sealpost mailbox` on this machine")

// mailboxShown tells whether this server shows the mailbox by HTTP: only if nobody but
// this machine can reach it, by its address and by its public name.
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

// guardMailbox lets through what this machine's own user asks for: with the token, from
// loopback to loopback, and not by way of a proxy, whose callers may be anybody.
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

// forwarded recognises a request that came through a proxy.
func forwarded(h http.Header) bool {
	for name := range h {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return true
		}
	}
	return false
}

// local tells whether the request is this machine's own. The peer has to be on
// loopback, and so has the name that it called: otherwise any page on the internet
// could point its own name at 127.0.0.1 and read along (DNS rebinding).
func local(r *http.Request) bool { return loopback(r.RemoteAddr) && loopback(r.Host) }

// loopback tells whether a HOST or HOST:PORT is this machine by its own name.
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
