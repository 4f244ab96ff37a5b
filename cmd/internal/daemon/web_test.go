package daemon

import (
	"net/http"
	"testing"
)

func TestHTTP2WithoutTLS(t *testing.T) {
	w := newWorld(t)
	w.config("topics: [{name: x, match: '*'}]\n")
	d, stop := w.start()
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: protocols}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+d.Addr()+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.ProtoMajor != 2 || resp.StatusCode != http.StatusOK {
		t.Errorf("%s, status %d", resp.Proto, resp.StatusCode)
	}
	transport.CloseIdleConnections()
	if status, _, _ := get(t, d, "/healthz", ""); status != http.StatusOK {
		t.Errorf("HTTP/1.1: status %d", status)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
