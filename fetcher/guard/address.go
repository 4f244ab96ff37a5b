package guard

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
	"golang.org/x/net/idna"

	"sluice/config"
)

// newGuardian returns the judge of addresses: what IANA's registries of
// special purpose addresses list (RFC 6890) is refused unless allow_private
// names it, as is all of IPv6 outside 2000::/3 (RFC 4291 section 2.4), which
// holds IPv4 in disguise: mapped, NAT64 and, inside it, 6to4 and Teredo.
func newGuardian(cfg config.Fetch) *ssrf.Guardian {
	var v4, v6 []netip.Prefix
	for _, p := range cfg.AllowPrivate {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	return ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))
}

// permit says whether a connection to the address may be made.
func (g *Guard) permit(addr netip.Addr) error {
	addr = addr.WithZone("")
	if err := g.addresses.SafeAddr(addr); err != nil {
		return &privateError{addr: addr}
	}
	if ssrf.IPv6NAT64Prefix.Contains(addr) {
		// An allowed NAT64 prefix must not open the IPv4 networks behind it.
		b := addr.As16()
		return g.permit(netip.AddrFrom4([4]byte(b[12:])))
	}
	return nil
}

// control checks a socket's address after DNS and before it connects.
func (g *Guard) control(network, address string, _ syscall.RawConn) error {
	if network != "tcp4" && network != "tcp6" {
		return fmt.Errorf("network %s is not allowed", network)
	}
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("address %s: %w", address, err)
	}
	return g.permit(ap.Addr())
}

// A privateError says that a name led to an address that is not public.
type privateError struct{ addr netip.Addr }

func (e *privateError) Error() string { return e.addr.String() + " is not public" }

// prefix returns what an admin would add to allow_private for the address.
func (e *privateError) prefix() netip.Prefix {
	for _, p := range slices.Concat(ssrf.IPv4DeniedPrefixes, ssrf.IPv6DeniedPrefixes) {
		if p.Contains(e.addr) {
			return p
		}
	}
	return netip.PrefixFrom(e.addr, e.addr.BitLen())
}

// admit reads an address and checks what can be known of it before DNS: its
// scheme, its port and, where a proxy will look the name up, its host.
// Credentials and fragment are taken off.
func (g *Guard) admit(address, proxy string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, &Error{Kind: Address, text: "the address can't be read"}
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, &Error{Kind: Address, Host: u.Hostname(), text: fmt.Sprintf("the scheme %.20q is not http or https", u.Scheme)}
	}
	if u.Hostname() == "" {
		return nil, &Error{Kind: Address, text: "the address names no host"}
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	if err := g.permitPort(u); err != nil {
		return nil, err
	}
	if proxy != "" {
		if err := g.permitName(u.Hostname()); err != nil {
			return nil, err
		}
	}
	return u, nil
}

func (g *Guard) permitPort(u *url.URL) error {
	n, err := strconv.ParseUint(port(u), 10, 16)
	if err != nil || n == 0 {
		return &Error{Kind: Address, Host: u.Hostname(), text: fmt.Sprintf("{host}: %.20q is no port", u.Port())}
	}
	if g.cfg.AllowPorts == nil || slices.Contains(g.cfg.AllowPorts, uint16(n)) {
		return nil
	}
	return &Error{Kind: Port, Host: u.Hostname(), text: fmt.Sprintf("port %d of {host} is not allowed; add %d to fetch.allow_ports if you mean it", n, n)}
}

// permitName checks a host that a proxy will look up: literal addresses in any
// notation that inet_aton reads, and the names that never leave a local
// network (RFC 6761, RFC 6762, RFC 8375).
func (g *Guard) permitName(host string) error {
	name, err := idna.Lookup.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil {
		name = strings.ToLower(strings.TrimSuffix(host, "."))
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		return explainPrivate(host, g.permit(addr))
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	_, err = strconv.ParseUint(last, 0, 64)
	switch {
	case err == nil:
		return &Error{Kind: Private, Host: host, text: "{host} is an address in a notation that is not allowed"}
	case last == "localhost", last == "local", last == "internal", strings.HasSuffix(name, "home.arpa"):
		return &Error{Kind: Private, Host: host, text: "{host} is a local name, which is not allowed through a proxy"}
	}
	return nil
}
