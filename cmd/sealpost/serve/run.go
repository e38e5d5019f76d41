package serve

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
)

// shutdownGrace is how long requests in progress may take after the signal to stop.
const shutdownGrace = 10 * time.Second

// Run serves until the context ends, and then stops cleanly: it answers requests in
// progress, lets the consumers finish their batches, and closes the database. It
// returns nil after a clean stop.
func Run(ctx context.Context, c Config) error {
	c, err := c.withDefaults()
	if err != nil {
		return err
	}
	log, err := c.logger()
	if err != nil {
		return err
	}
	listener, err := listen(ctx, c)
	if err != nil {
		return err
	}
	shown, err := c.mailboxShown(listener.Addr())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	h, err := open(ctx, c, log, c.publicURL(listener.Addr()))
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if shown {
		h.mailToken = rand.Text() // new at each start, and never on disk
	}
	err = h.serve(ctx, listener)
	return errors.Join(err, h.close())
}

func listen(ctx context.Context, c Config) (net.Listener, error) {
	var config *tls.Config
	if c.TLSCert != "" {
		certificate, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
		if err != nil {
			return nil, fmt.Errorf("loading the certificate: %w", err)
		}
		config = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return nil, fmt.Errorf("listening (choose another address with --addr): %w", err)
	}
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	return listener, nil
}

// serve answers requests and runs consumers until the context ends. It registers
// consumers before the first request and stops them after the last.
func (h *home) serve(ctx context.Context, listener net.Listener) error {
	api, err := h.gateway()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	consumers, err := h.consumers()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	handlers := map[string]eventlog.Handler{}
	for name, c := range consumers {
		handlers[name] = c.React
	}
	dispatcher, err := eventlog.NewDispatcher(ctx, h.events, handlers, eventlog.Policy{})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	wg.Go(func() { dispatcher.Run(background) })
	orders := h.openAdmin(background)
	wg.Go(func() { h.admin(background, orders) })
	wg.Go(func() { h.sweep(background) })

	server := &http.Server{
		Handler:           h.routes(api),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute, // 4 MiB over a slow line
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(h.log.Handler(), slog.LevelDebug),
	}
	server.RegisterOnShutdown(h.followers.Stop) // their requests end only when asked to
	failed := make(chan error, 1)
	wg.Go(func() { failed <- server.Serve(listener) })
	h.greet(ctx, listener.Addr())
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	return shutdown(context.WithoutCancel(ctx), server)
}

func shutdown(ctx context.Context, server *http.Server) error {
	ctx, cancel := context.WithTimeout(ctx, shutdownGrace)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stopping: %w", err), server.Close())
	}
	return nil
}
