package client

import (
	"net"
	"net/url"
	"strings"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

// defaultServer is where `sealpost serve` listens by default.
const defaultServer = "http://127.0.0.1:8080"

// serverVariable must match the tag of --server.
const serverVariable = "SEALPOST_SERVER"

// whichServer returns the given server (flag or environment), or else that of the last
// session, or else the default.
func whichServer(given string, env *Env) (string, error) {
	if given != "" {
		return normalServer(given)
	}
	// Without a configuration folder there is no last session.
	if store, err := env.sessions(); err == nil {
		if last := store.LastServer(); last != "" {
			return last, nil
		}
	}
	return defaultServer, nil
}

// normalServer returns one form for all spellings of a server's URL, because the URL is
// the key of a session. A host without a scheme gets https, this machine http.
func normalServer(given string) (string, error) {
	text := given
	if !strings.Contains(text, "://") {
		host, _, _ := strings.Cut(text, "/")
		text = schemeFor(host) + "://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") ||
		u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", cli.Usage("--server " + quote(given) + " is no URL like https://sealpost.example.org")
	}
	u.Host = strings.ToLower(u.Host)
	if port := u.Port(); port == map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func schemeFor(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if loopback(strings.Trim(host, "[]")) {
		return "http"
	}
	return "https"
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// warnPlain warns about each host that gets passwords, tokens or messages over an
// unencrypted connection.
func warnPlain(env *Env, server string, cfg client.Config) {
	told := map[string]bool{}
	for _, where := range []string{server, cfg.APIURL, cfg.Cognito.Endpoint} {
		u, err := url.Parse(where)
		if err != nil || u.Scheme != "http" || loopback(u.Hostname()) || told[u.Host] {
			continue
		}
		told[u.Host] = true
		env.Warn("the connection to " + u.Host + " is not encrypted: others on the way can read your password and your messages; use https if the server has it")
	}
}
