package config

import "strings"

// TLS says how serve proves who it is: by the certificate in the files, but to
// those who ask for one of ACME's hosts by that of the authority. Where there
// are neither, it answers without TLS.
type TLS struct {
	Cert, Key string // absolute paths of PEM files; the chain in Cert
	ACME      ACME
}

// ACME says for which hosts certificates are asked of an authority (RFC 8555).
type ACME struct {
	Hosts     []string
	Email     string
	Cache     string // absolute path of the folder that keeps certificates and the account
	Directory string // address of the authority
}

// Enabled reports whether serve answers with TLS.
func (t TLS) Enabled() bool { return t.Cert != "" || len(t.ACME.Hosts) > 0 }

func (b *builder) tls() {
	r, t := &b.top.TLS, &b.config.TLS
	if r.Cert.v != "" {
		t.Cert = absolute(b.dir, r.Cert.v)
	}
	if r.Key.v != "" {
		t.Key = absolute(b.dir, r.Key.v)
	}
	hosts := r.ACME.Hosts
	for _, h := range hosts.Items {
		t.ACME.Hosts = append(t.ACME.Hosts, h.v)
	}
	if len(t.ACME.Hosts) > 0 {
		t.ACME.Email, t.ACME.Directory, t.ACME.Cache = r.ACME.Email.v, r.ACME.Directory.v, absolute(b.dir, r.ACME.Cache.v)
	}
	given := func(l *leaf[string]) bool { return l.at != nil && !l.at.bad }
	switch {
	case given(&r.Cert) && r.Key.at == nil:
		b.report.missing(r.At, "key", "name the file of the certificate's private key")
	case given(&r.Key) && r.Cert.at == nil:
		b.report.missing(r.At, "cert", "name the file of the key's certificate")
	case r.ACME.At != nil && hosts.At == nil:
		b.report.missing(r.ACME.At, "hosts", "name the hosts to ask certificates for, such as [feeds.example.org]")
	case hosts.At != nil && len(hosts.Items) == 0:
		b.report.add(hosts.At, "names no host", "name those to ask certificates for, such as [feeds.example.org]")
	}
}

// parseHost reads the name of a host that an authority gives certificates for.
func parseHost(text string, _ *field) (any, *fault) {
	labels := strings.Split(strings.ToLower(text), ".")
	ok := len(labels) > 1 && len(text) <= 253
	letters := false
	for _, l := range labels {
		ok = ok && l != "" && len(l) <= 63 && l[0] != '-' && l[len(l)-1] != '-' &&
			strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
		letters = strings.Trim(l, "0123456789") != ""
	}
	if !ok || !letters {
		return "", &fault{what: "is not the full name of a host", remedy: "write one such as feeds.example.org, without scheme, port or *"}
	}
	return strings.ToLower(text), nil
}

// parseMail reads an address of electronic mail; that it has an @ is enough.
func parseMail(text string, _ *field) (any, *fault) {
	if name, host, ok := strings.Cut(text, "@"); !ok || name == "" || host == "" || strings.ContainsAny(text, " \t\n<>,") {
		return "", &fault{what: "is not a mail address", remedy: "write one such as admin@example.org"}
	}
	return text, nil
}

// parseDirectory reads the address of an authority.
func parseDirectory(text string, _ *field) (any, *fault) {
	host, ok := strings.CutPrefix(text, "https://")
	if !ok || host == "" || strings.ContainsAny(text, " \t\n") || strings.HasPrefix(host, "/") {
		return "", &fault{what: "is not the address of an authority", remedy: "write its directory, an https address; leave it out for Let's Encrypt"}
	}
	return text, nil
}
