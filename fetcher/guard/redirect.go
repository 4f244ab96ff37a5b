package guard

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// A chain is the state of one request on its way through redirects.
type chain struct {
	start     *url.URL
	at        *url.URL
	seen      []string
	trusted   bool   // at is still the first host, never left, and no less safe
	permanent bool   // all redirects so far were permanent
	moved     string // where the permanent ones led
}

func newChain(u *url.URL) *chain {
	return &chain{start: u, at: u, trusted: true, permanent: true}
}

// isRedirect reports whether the status has a Location to follow (RFC 9110
// section 15.4).
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// admitNext reads and checks the address that a redirect leads to.
func (g *Guard) admitNext(c *chain, resp *http.Response, proxy string) (*url.URL, error) {
	location := resp.Header.Get("Location")
	if location == "" {
		return nil, &Error{Kind: Redirect, Host: c.at.Hostname(), Status: resp.StatusCode,
			text: fmt.Sprintf("{host} answered %d without saying where to go", resp.StatusCode)}
	}
	next, err := c.at.Parse(location)
	if err != nil {
		return nil, &Error{Kind: Redirect, Host: c.at.Hostname(), Status: resp.StatusCode,
			text: "{host} redirects to an address that can't be read"}
	}
	return g.admit(next.String(), proxy)
}

// step goes on to next.
func (c *chain) step(status int, next *url.URL) error {
	if len(c.seen) >= maxHops {
		return &Error{Kind: Redirect, Host: c.at.Hostname(), text: fmt.Sprintf("{host} redirects more than %d times", maxHops)}
	}
	c.seen = append(c.seen, c.at.String())
	address := next.String()
	for _, s := range c.seen {
		if s == address {
			return &Error{Kind: Redirect, Host: c.at.Hostname(), text: "{host} redirects in a circle"}
		}
	}
	c.trusted = c.trusted && sameHost(c.start, next)
	c.permanent = c.permanent && (status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect)
	if c.permanent {
		c.moved = address
	}
	c.at = next
	return nil
}

// sameHost reports whether what is meant for a may be sent to b: the same
// host, and not in the clear if a is not; another port only where b is the
// https service of the same host.
func sameHost(a, b *url.URL) bool {
	if !strings.EqualFold(a.Hostname(), b.Hostname()) || a.Scheme == "https" && b.Scheme != "https" {
		return false
	}
	return port(a) == port(b) || port(a) == "80" && port(b) == "443" && b.Scheme == "https"
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
