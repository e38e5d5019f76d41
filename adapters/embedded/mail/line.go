package mail

import (
	"context"
	"crypto/tls"
	"net"
)

// line is a connection that fails as soon as the context ends, and is always closed. The library limits a
// connection only by time, and leaves it open after a wrong greeting.
type line struct {
	conn net.Conn
	stop func() bool
}

func (l *line) open(ctx context.Context, network, address string, implicitTLS *tls.Config) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.conn, l.stop = conn, context.AfterFunc(ctx, func() { _ = conn.Close() })
	if implicitTLS == nil {
		return conn, nil
	}
	secure := tls.Client(conn, implicitTLS)
	return secure, secure.HandshakeContext(ctx)
}

func (l *line) close() {
	if l.conn != nil {
		l.stop()
		_ = l.conn.Close()
	}
}
