package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"syscall"
	"time"

	"golang.org/x/net/netutil"
)

// serveWeb answers subscribers until ctx ends, then lets the answers under way
// out, for drainTime at most.
func (d *Daemon) serveWeb(ctx context.Context) error {
	server := newServer(d.site, d.log)
	listener := netutil.LimitListener(d.web, connections())
	ended := make(chan error, 1)
	go func() {
		if d.secure == nil {
			ended <- server.Serve(listener)
			return
		}
		server.TLSConfig = d.secure
		ended <- server.ServeTLS(listener, "", "")
	}()
	select {
	case err := <-ended:
		return fmt.Errorf("serving %s: %w", d.Addr(), err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if server.Shutdown(grace) != nil {
		server.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving %s: %w", d.Addr(), err)
	}
	return nil
}

// newServer returns a server that cuts off who sends slowly or too much, and in
// the end who reads slowly. Its answers are bytes that are there already, so
// one who reads slowly costs a connection and its buffers meanwhile.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	// HTTP/2 without TLS is for reverse proxies, which know that it is there.
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler:           h,
		Protocols:         protocols,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      5 * time.Minute, // a large document over a thin line
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// connections returns how many subscribers may be connected at a time: three
// quarters of the files that the process may open, so that polls, the store
// and commands never want for one. More wait to be accepted.
func connections() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil || limit.Cur > 1<<20 {
		limit.Cur = 1 << 20
	}
	return max(1, int(limit.Cur)/4*3)
}
