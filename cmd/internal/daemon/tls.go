package daemon

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"sluice/config"
)

// newTLS returns what the server proves itself by, nil where the config wants
// no TLS.
func newTLS(cfg config.TLS, log *slog.Logger) (*tls.Config, error) {
	if !cfg.Enabled() {
		return nil, nil
	}
	out := &tls.Config{MinVersion: tls.VersionTLS12}
	if cfg.Cert != "" {
		files := &certificateFiles{cert: cfg.Cert, key: cfg.Key, log: log}
		if err := files.load(); err != nil {
			return nil, fmt.Errorf("tls: %w; put a certificate and its key there as PEM, or correct tls.cert and tls.key", err)
		}
		out.GetCertificate = files.get
	}
	if len(cfg.ACME.Hosts) > 0 {
		m := newManager(cfg.ACME)
		own := out.GetCertificate
		out.NextProtos = m.TLSConfig().NextProtos // the authority's challenge among them
		out.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if own != nil && !slices.Contains(cfg.ACME.Hosts, strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))) {
				return own(hello)
			}
			c, err := m.GetCertificate(hello)
			if err != nil {
				log.Warn("no certificate from the authority", "host", hello.ServerName, "error", err)
			}
			return c, err
		}
	}
	return out, nil
}

// newManager returns what gets and renews certificates. It asks the authority
// that the admin names and nobody else, so not through the feeds' guard.
func newManager(cfg config.ACME) *autocert.Manager {
	return &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(cfg.Cache),
		HostPolicy: autocert.HostWhitelist(cfg.Hosts...),
		Email:      cfg.Email,
		Client: &acme.Client{
			DirectoryURL: cfg.Directory,
			HTTPClient:   &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}},
		},
	}
}

// certificateFiles holds the certificate that stands in two files. They are
// looked at when someone connects, and read again when they have changed; while
// the two don't belong together (one of them is just being replaced), the
// certificate before stays.
type certificateFiles struct {
	cert, key string
	log       *slog.Logger

	mu      sync.Mutex
	seen    [2]fileState
	current *tls.Certificate
}

// A fileState tells one content of a file from the next.
type fileState struct {
	changed time.Time
	size    int64
}

func (f *certificateFiles) load() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refresh()
}

func (f *certificateFiles) refresh() error {
	var now [2]fileState
	for i, name := range []string{f.cert, f.key} {
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		now[i] = fileState{info.ModTime(), info.Size()}
	}
	if f.current != nil && now == f.seen {
		return nil
	}
	c, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		f.seen = now // it is not tried again before something changes
		return fmt.Errorf("%s and %s: %w", f.cert, f.key, err)
	}
	f.seen, f.current = now, &c
	return nil
}

func (f *certificateFiles) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refresh(); err != nil {
		f.log.Warn("the certificate from before stays", "error", err)
	}
	if f.current == nil {
		return nil, errors.New("there is no certificate")
	}
	return f.current, nil
}
