package guard

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

// Kind says what went wrong, as far as a caller may care.
type Kind uint8

// The kinds of errors.
const (
	Network    Kind = iota + 1 // connection reset, unreachable, broken protocol
	DNS                        // the host's name has no address, or DNS does not answer
	Refused                    // nobody listens there
	Timeout                    // no whole answer in time
	TLS                        // no trusted connection
	Address                    // the address itself is unfit
	Private                    // the host is not public
	Port                       // the port is not allowed
	Redirect                   // too many redirects, a circle, or one to nowhere
	TooLarge                   // more body than allowed
	Encoding                   // a content coding that can't be undone
	Incomplete                 // the answer ended early
)

// An Error says for people why there is no answer. Its text holds no secret of
// a request: of an address only the host.
type Error struct {
	Kind   Kind
	Host   string // the host that it happened with, empty where there is none
	Status int    // of the last answer, 0 where there was none

	text  string // {host} stands for Host
	cause error
}

func (e *Error) Error() string {
	return strings.ReplaceAll(e.text, "{host}", e.Host)
}

// Discreet returns the text without any host or address, for feeds whose
// address is nobody's business.
func (e *Error) Discreet() string {
	if e.Kind == Private {
		return "its host is not public; see fetch.allow_private"
	}
	return strings.NewReplacer("the host {host}", "its host", "{host}", "its host").Replace(e.text)
}

// Unwrap returns what caused the error.
func (e *Error) Unwrap() error { return e.cause }

// explain turns an error of the transport into a sentence.
func explain(ctx context.Context, host string, err error) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	e := &Error{Host: host, cause: err}
	var private *privateError
	var dns *net.DNSError
	switch {
	case errors.As(err, &private):
		return explainPrivate(host, private)
	case isProxy(err):
		e.Kind, e.text = Network, "the proxy on the way to {host} can't be reached"
	case ctx.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded):
		e.Kind, e.text = Timeout, "{host} did not answer in time"
	case errors.As(err, &dns):
		e.Kind, e.text = DNS, explainDNS(dns)
	case isTimeout(err):
		e.Kind, e.text = Timeout, "{host} did not take the connection in time"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Kind, e.text = Refused, "{host} refuses the connection"
	default:
		if e.text = explainTLS(err); e.text != "" {
			e.Kind = TLS
		} else {
			e.Kind, e.text = Network, explainNetwork(err)
		}
	}
	return e
}

// isProxy reports whether an error arose on the way to a proxy.
func isProxy(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "proxyconnect"
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

func explainPrivate(host string, err error) error {
	var p *privateError
	if !errors.As(err, &p) {
		return err
	}
	what := "{host} resolves to %s, which is not public; add %s to fetch.allow_private if you mean it"
	if host == p.addr.String() {
		return &Error{Kind: Private, Host: host, cause: err,
			text: fmt.Sprintf("{host} is not a public address; add %s to fetch.allow_private if you mean it", p.prefix())}
	}
	return &Error{Kind: Private, Host: host, text: fmt.Sprintf(what, p.addr, p.prefix()), cause: err}
}

func explainDNS(err *net.DNSError) string {
	if err.IsNotFound {
		return "the host {host} does not exist (DNS)"
	}
	if err.IsTimeout {
		return "DNS did not answer in time for {host}"
	}
	return "DNS gave no answer for {host}"
}

// explainTLS returns the sentence for an error of TLS, empty for another.
func explainTLS(err error) string {
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verify *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.As(err, &hostname):
		return "the certificate of {host} is for another host"
	case errors.As(err, &authority):
		return "the certificate of {host} is signed by an unknown authority"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate of {host} has expired or is not yet valid"
	case errors.As(err, &invalid), errors.As(err, &verify):
		return "the certificate of {host} is not valid"
	case errors.As(err, &record), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return "{host} does not speak TLS on this port"
	case errors.As(err, &alert), strings.Contains(err.Error(), "tls: "):
		return "no TLS connection to {host} can be agreed on"
	}
	return ""
}

func explainNetwork(err error) string {
	switch text := err.Error(); {
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "{host} can't be reached"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "{host} broke the connection off"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "{host} closed the connection without an answer"
	case strings.Contains(text, "headers exceeded"), strings.Contains(text, "header list"):
		return fmt.Sprintf("{host} sent more than %d KiB of headers", maxHeader>>10)
	case strings.Contains(text, "malformed"), strings.Contains(text, "bad Content-Length"), strings.Contains(text, "unsupported transfer encoding"):
		return "{host} does not answer in proper HTTP"
	case strings.Contains(text, "socks connect"):
		return "the proxy refuses to connect to {host}"
	}
	return "the connection to {host} failed"
}
