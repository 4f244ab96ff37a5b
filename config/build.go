package config

import (
	"fmt"
	"net/netip"
	"path"
	"strings"
)

// A builder makes a Config of the raw tree and reports what only the whole
// can tell.
type builder struct {
	*loader
	top    *rawFile
	src    *source
	dir    string
	config *Config
}

// maxSocket is the longest path of a unix socket that all systems take.
const maxSocket = 103

func (b *builder) build(feeds []element[rawFeed], topics []element[rawTopic]) {
	c, r := b.config, b.top
	c.Listen = r.Listen.v
	b.tls()
	c.Site = Site{Title: r.Site.Title.v, Author: r.Site.Author.or(r.Site.Title.v), Contact: r.Site.Contact.v,
		Language: r.Site.Language.v, Timezone: r.Site.Timezone.v, Content: r.Site.Content.v,
		Byline: r.Site.Byline.v, Prefix: r.Site.Prefix.v, Rights: r.Site.Rights.v, URL: r.Site.URL.or(listenURL(c.Listen, c.TLS.Enabled()))}
	if r.Site.URL.at != nil && c.Site.URL == "" {
		c.Site.URL = listenURL(c.Listen, c.TLS.Enabled())
	}
	c.Store = absolute(b.dir, r.Store.v)
	c.Control = b.control()
	if r.Static.Dir.v != "" {
		c.Static.Dir = absolute(b.dir, r.Static.Dir.v)
	}
	c.Never = r.Never.v
	c.Stories = Stories{Window: r.Stories.Window.v, Settle: r.Stories.Settle.v}
	c.Keep = Keep{Items: r.Keep.Items.v, Archives: r.Keep.Archives.v}
	c.Log = Log{Format: r.Log.Format.v, Level: r.Log.Level.v}
	b.fetch()
	b.topics(topics)
	b.feeds(feeds)
}

// listenURL is the address at which a browser on this machine finds listen.
func listenURL(listen string, secure bool) string {
	scheme, usual := "http://", "80"
	if secure {
		scheme, usual = "https://", "443"
	}
	host, port, ok := splitHostPort(listen)
	if !ok {
		return scheme + "localhost"
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case host == "" || err == nil && ip.IsUnspecified():
		host = "localhost"
	case err == nil && ip.Is6():
		host = "[" + ip.WithZone("").String() + "]"
	}
	if port == usual {
		return scheme + host
	}
	return scheme + host + ":" + port
}

// control returns the socket's path: as given, or the store's with another
// ending.
func (b *builder) control() string {
	given := b.top.Control
	if given.at != nil && given.at.bad {
		return ""
	}
	socket, at, what := absolute(b.dir, given.v), given.at, "is"
	if given.v == "" {
		store := b.config.Store
		if ext := path.Ext(store); ext != ".sock" && ext != path.Base(store) {
			store = strings.TrimSuffix(store, ext)
		}
		socket, at, what = store+".sock", b.src.top(), "beside the store would be"
	}
	if socket == b.config.Store && at != nil {
		b.report.list = append(b.report.list, finding{at: at, path: "control", fault: fault{what: "is the path of the store", remedy: "choose another one, such as sluice.sock"}})
	}
	if len(socket) > maxSocket {
		b.report.list = append(b.report.list, finding{at: at, path: "control", fault: fault{
			what:   fmt.Sprintf("the socket %s longer than the %d bytes that a socket's path can have", what, maxSocket),
			remedy: "write control: with a shorter path, such as /run/sluice.sock"}})
	}
	return socket
}

func (b *builder) fetch() {
	r, f := &b.top.Fetch, &b.config.Fetch
	*f = Fetch{Every: r.Every.v, Min: r.Min.v, Max: r.Max.v, Timeout: r.Timeout.v, MaxBody: r.MaxBody.v,
		Concurrency: r.Concurrency.v, Proxy: r.Proxy.v,
		PerHost: PerHost{Concurrency: r.PerHost.Concurrency.v, Gap: r.PerHost.Gap.v}}
	for _, p := range r.AllowPrivate.Items {
		f.AllowPrivate = append(f.AllowPrivate, p.v)
	}
	if !r.AllowPorts.Word {
		f.AllowPorts = []uint16{}
		for _, p := range r.AllowPorts.Items {
			f.AllowPorts = append(f.AllowPorts, p.v)
		}
		if r.AllowPorts.At != nil && len(f.AllowPorts) == 0 {
			b.report.add(r.AllowPorts.At, "allows no port, so nothing could be fetched", "name ports, such as [80, 443], or write any")
		}
	}
	if f.Min <= f.Max {
		return
	}
	if at := r.Min.at; at != nil && !at.bad && (r.Max.at == nil || !r.Max.at.bad) {
		b.report.value(at, fault{what: "is above max, which is " + boundText(&r.Max), remedy: "write a min that is not above max"})
	} else if at := r.Max.at; at != nil && !at.bad {
		b.report.value(at, fault{what: "is below min, which is " + boundText(&r.Min), remedy: "write a max that is not below min"})
	}
}

// boundText is a bound as messages may show it.
func boundText[T any](l *leaf[T]) string {
	if l.at != nil {
		return l.at.shown()
	}
	return kinds["duration"].format(l.v) + " by default"
}
