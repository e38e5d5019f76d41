package serve

import (
	"context"
	"fmt"
	"net"
	"net/url"

	"github.com/sealpost/sealpost/ports"
)

// defaultURL is the server that clients call by default.
const defaultURL = "http://127.0.0.1:8080"

func (h *home) greet(ctx context.Context, addr net.Addr) {
	info := Info{URL: h.url, Addr: addr.String()}
	fmt.Fprintf(h.config.Stdout, "\nSealpost is running.\n\n  page      %s/\n", h.url)
	switch {
	case h.mailToken != "":
		info.MailURL = h.config.ownURL(addr) + mailboxPath + "/" + h.mailToken
		fmt.Fprintf(h.config.Stdout, "  mailbox   %s   (codes and notifications arrive here)\n", info.MailURL)
	case h.mailbox != nil:
		fmt.Fprintf(h.config.Stdout, "  mail      none is sent; `sealpost mailbox` shows it, on this machine only\n")
	default:
		fmt.Fprintf(h.config.Stdout, "  mail      sent by %s\n", h.config.SMTP)
	}
	fmt.Fprintf(h.config.Stdout, "  data      %s\n  key       %s   (back it up, apart from the data)\n", h.config.Data, h.config.MasterKeyFile)
	fmt.Fprintf(h.config.Stdout, "\nTry next, in another terminal:\n\n  build/sealpost %s\n\n", h.firstCommand(ctx))
	if h.exposed() {
		fmt.Fprintf(h.config.Stderr, "WARNING: listening beyond this machine without TLS: passwords and messages can be read on the way. "+
			"Give --tls-cert and --tls-key, or put a proxy with TLS in front and say --public-url https://…\n")
	}
	if h.config.Ready != nil {
		h.config.Ready(info)
	}
}

// firstCommand returns the signup command if there are no users, and otherwise the
// login command. It contains no text that users chose, because people paste it into a
// shell.
func (h *home) firstCommand(ctx context.Context) string {
	server := ""
	if h.url != defaultURL {
		server = " --server " + h.url
	}
	if some, err := h.users.List(ctx, ports.PageRequest{Limit: 1}); err == nil && len(some.Items) > 0 {
		return "login" + server + " --username NAME"
	}
	return "signup" + server + " --username alice --email alice@example.org"
}

// exposed reports whether other machines may reach the server over an unencrypted
// connection.
func (h *home) exposed() bool {
	if h.config.TLSCert != "" {
		return false
	}
	if u, err := url.Parse(h.config.PublicURL); err == nil && u.Scheme == "https" {
		return false
	}
	host, _, err := net.SplitHostPort(h.config.Addr)
	return err != nil || !loopback(host)
}
