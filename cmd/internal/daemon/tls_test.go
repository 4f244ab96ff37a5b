package daemon

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/acme"

	"sluice/config"
)

// selfMade makes a certificate for a host, valid from now on, and returns it
// and its key as PEM.
func selfMade(t *testing.T, host string, serial int64) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret})
}

// write puts data into a file with a time of its own, since a test is faster
// than a clock.
func write(t *testing.T, name string, data []byte, n int) {
	t.Helper()
	at := time.Date(2024, 1, n, 0, 0, 0, 0, time.UTC)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, at, at); err != nil {
		t.Fatal(err)
	}
}

func TestServesOverTLS(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	cert, key := selfMade(t, "feeds.example.org", 1)
	write(t, certFile, cert, 1)
	write(t, keyFile, key, 1)
	w.config("tls: {cert: " + certFile + ", key: " + keyFile + "}\ntopics: [{name: x, match: '*'}]\n")
	d, stop := w.start()
	ask := func() (proto int, serial int64) {
		transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ServerName: "feeds.example.org"}}
		defer transport.CloseIdleConnections()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+d.Addr()+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("status %d", resp.StatusCode)
		}
		return resp.ProtoMajor, resp.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	if proto, serial := ask(); proto != 2 || serial != 1 {
		t.Errorf("HTTP/%d, certificate %d", proto, serial)
	}
	if !d.Status().Secure {
		t.Error("status says nothing of TLS")
	}
	// Renewed: the certificate before stays until both files are new.
	cert, key = selfMade(t, "feeds.example.org", 2)
	write(t, certFile, cert, 2)
	if _, serial := ask(); serial != 1 {
		t.Errorf("with a key that is not its own, certificate %d is shown", serial)
	}
	write(t, keyFile, key, 2)
	if _, serial := ask(); serial != 2 {
		t.Errorf("after the renewal certificate %d is shown", serial)
	}
	if err := os.Remove(certFile); err != nil {
		t.Fatal(err)
	}
	if _, serial := ask(); serial != 2 {
		t.Errorf("without a file, certificate %d is shown", serial)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestTLSFilesMustFit(t *testing.T) {
	dir := t.TempDir()
	cert, _ := selfMade(t, "a.example.org", 1)
	_, key := selfMade(t, "a.example.org", 2)
	file := func(name string) string { return filepath.Join(dir, name) }
	write(t, file("cert"), cert, 1)
	write(t, file("key"), key, 1)
	for _, c := range []config.TLS{
		{Cert: file("absent"), Key: file("key")},
		{Cert: file("cert"), Key: file("absent")},
		{Cert: file("cert"), Key: file("key")},
		{Cert: file("key"), Key: file("key")},
	} {
		if _, err := newTLS(c, quiet()); err == nil || !strings.HasPrefix(err.Error(), "tls: ") {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if c, err := newTLS(config.TLS{}, quiet()); c != nil || err != nil {
		t.Errorf("without any: %v, %v", c, err)
	}
}

// What the authority gave is shown from the folder that keeps it; hosts that
// the config does not name get nothing from the authority, but the own file.
func TestACME(t *testing.T) {
	dir := t.TempDir()
	cert, key := selfMade(t, "feeds.example.org", 7)
	write(t, filepath.Join(dir, "feeds.example.org"), append(key, cert...), 1)
	own, ownKey := selfMade(t, "own.example.org", 8)
	write(t, filepath.Join(dir, "own.pem"), own, 1)
	write(t, filepath.Join(dir, "own.key"), ownKey, 1)
	authority := config.ACME{Hosts: []string{"feeds.example.org"}, Cache: dir, Directory: "https://127.0.0.1:1/directory"}
	hello := func(host string) *tls.ClientHelloInfo {
		return &tls.ClientHelloInfo{ServerName: host, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
			SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256}, SupportedVersions: []uint16{tls.VersionTLS13}}
	}
	c, err := newTLS(config.TLS{ACME: authority}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	for _, proto := range []string{"h2", "http/1.1", acme.ALPNProto} {
		if !slices.Contains(c.NextProtos, proto) {
			t.Errorf("%s is not spoken: %q", proto, c.NextProtos)
		}
	}
	got, err := c.GetCertificate(hello("feeds.example.org"))
	if err != nil || got.Leaf.SerialNumber.Int64() != 7 {
		t.Fatalf("%v, %v", got, err)
	}
	if got, err := c.GetCertificate(hello("other.example.org")); err == nil {
		t.Errorf("a host that is not ours gets %v", got.Leaf.Subject)
	}
	both, err := newTLS(config.TLS{Cert: filepath.Join(dir, "own.pem"), Key: filepath.Join(dir, "own.key"), ACME: authority}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	for host, serial := range map[string]int64{"feeds.example.org": 7, "FEEDS.example.org": 7, "other.example.org": 8, "": 8} {
		got, err := both.GetCertificate(hello(host))
		if err != nil || got.Leaf.SerialNumber.Int64() != serial {
			t.Errorf("%q: %v, %v", host, got, err)
		}
	}
	m := newManager(authority)
	if m.Client.DirectoryURL != authority.Directory || m.Prompt("") != true {
		t.Errorf("asks at %s", m.Client.DirectoryURL)
	}
}
