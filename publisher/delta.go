package publisher

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sluice/config"
	"sluice/publisher/render"
	"sluice/storage"
)

// A base is what the tag of a head says of it beside its bytes: the revision of
// the topic's entries, from which place on they stood in the head, and what they
// were rendered by. A reader that holds a head of the same frame needs but what
// has changed since, or has come to stand in the head because others left it; of
// another frame, all may look different.
type base struct {
	revision uint64
	oldest   int64 // place in microseconds since 1970; 0 where all entries stood in the head
	frame    string
}

// base returns that of a head; none where deltas can't be told from it: a limit
// per feed lets entries in anywhere.
func (b *build) base(h *head) base {
	if h.topic.PerFeed > 0 {
		return base{}
	}
	of := base{revision: h.state.Revision, frame: b.gen.frames[h.topic.Name]}
	if h.full {
		of.oldest = h.extent.Oldest.Time.UnixMicro()
	}
	return of
}

func (b base) String() string {
	if b.frame == "" {
		return ""
	}
	return strconv.FormatUint(b.revision, 36) + "." + strconv.FormatInt(b.oldest, 36) + "." + b.frame + "."
}

// parseBase reads the base of an entity tag.
func parseBase(tag string) (b base, ok bool) {
	if len(tag) > 100 {
		return b, false
	}
	parts := strings.SplitN(tag, ".", 4)
	if len(parts) != 4 {
		return b, false
	}
	revision, err := strconv.ParseUint(parts[0], 36, 64)
	oldest, err2 := strconv.ParseInt(parts[1], 36, 64)
	return base{revision, oldest, parts[2]}, err == nil && err2 == nil
}

// fresh returns those of a head's entries that a reader of the base lacks.
func (b base) fresh(h *head, entries []render.Entry) []render.Entry {
	var list []render.Entry
	for _, e := range entries {
		// What stands in the head for its correction lies behind the others.
		placed := !e.Place.Time.Before(h.extent.Oldest.Time)
		if e.Revision > b.revision || placed && b.oldest != 0 && e.Place.Time.UnixMicro() <= b.oldest {
			list = append(list, e)
		}
	}
	return list
}

// frames returns, by topic, short sums of all that its documents are made from
// beside the store.
func frames(site config.Site, topics []config.Topic, feeds []config.Feed) map[string]string {
	type feed struct {
		Name, URL, Title, Content, Image, Rights string
		Private                                  bool
	}
	var named []feed
	for _, f := range feeds {
		named = append(named, feed{f.Name, f.URL, f.Title, f.Content, f.Image, f.Rights, f.Private})
	}
	site.Timezone = nil // feeds are in UTC
	sums := map[string]string{}
	common := sumJSON(site, named)
	for _, t := range topics {
		t.Match, t.Never, t.Tests, t.Path = nil, "", nil, "" // what they do stands in the store
		sum := sumJSON(common, t)
		sums[t.Name] = base64.RawURLEncoding.EncodeToString(sum[:6])
	}
	return sums
}

// sumJSON returns the sum of plain data.
func sumJSON(values ...any) [sha256.Size]byte {
	h := sha256.New()
	// Neither the values nor the sum can fail.
	_ = json.NewEncoder(h).Encode(values)
	return [sha256.Size]byte(h.Sum(nil))
}

// feedIM is the instance manipulation that leaves out of a feed what the reader
// has, registered beside those of RFC 3229.
const feedIM = "feed"

// wantsDelta reports whether an A-IM (RFC 3229 section 10.5.3) takes feed.
func wantsDelta(lists []string) bool {
	for _, list := range lists {
		for member := range strings.SplitSeq(list, ",") {
			if name, weight := weightOf(member); strings.EqualFold(name, feedIM) && weight > 0 {
				return true
			}
		}
	}
	return false
}

// servePublicDelta is serveDelta for the head of a public topic.
func (s *Site) servePublicDelta(w http.ResponseWriter, r *http.Request, shown *shelf, d *document) bool {
	k, ok := parseDocument(strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, shown.gen.prefix), render.TopicPath("")))
	return ok && s.serveDelta(w, r, shown, d, k)
}

// serveDelta answers with the entries of a head that have changed since the one
// that the reader holds, status 226. It reports false where the whole document,
// or 304, is the better answer: also while another delta is being made, since
// anyone can think up what he holds, and the whole document costs nothing.
func (s *Site) serveDelta(w http.ResponseWriter, r *http.Request, shown *shelf, d *document, k archiveKey) bool {
	if d.since == "" || !wantsDelta(r.Header["A-Im"]) || d.unchanged(r.Header) != nil || d.refused(r.Header) {
		return false
	}
	now, _ := parseBase(d.since)
	held, tag, ok := latestBase(r.Header["If-None-Match"], now)
	if !ok {
		return false
	}
	h := shown.heads[k.topic]
	if h == nil || k.format() == nil {
		return false
	}
	k.since = held
	delta, err := s.deltas.get(r.Context(), k, h, func(ctx context.Context) (*document, error) {
		return (&build{site: s, gen: shown.gen, feeds: shown.feeds}).delta(ctx, h, k)
	})
	if err != nil || len(delta.plain.body) >= len(d.plain.body) {
		return false
	}
	delta.serveAs(w, r, d, tag)
	return true
}

// latestBase returns the newest of the bases that the reader holds and that the
// head can be told from, and its tag.
func latestBase(lists []string, now base) (held base, tag string, ok bool) {
	for _, list := range lists {
		for t := range tags(list) {
			b, good := parseBase(t)
			if good && b.frame == now.frame && b.revision < now.revision && b.revision > held.revision {
				held, tag, ok = b, t, true
			}
		}
	}
	return held, tag, ok
}

// delta renders what a head says that the reader of a base lacks.
func (b *build) delta(ctx context.Context, h *head, k archiveKey) (*document, error) {
	_, page, err := b.readHead(ctx, h.topic, h.state)
	if err != nil {
		return nil, err
	}
	if k.bearer != nil {
		page.Token = k.bearer.token
	}
	page.Latest = page.Updated()
	page.Entries = k.since.fresh(h, page.Entries)
	page.Withdrawn = slices.DeleteFunc(page.Withdrawn, func(t storage.Tombstone) bool { return t.Revision <= k.since.revision })
	f := k.format()
	return b.document(nil, f.kind, edition{age: h.age}, func(w io.Writer) error { return f.render(w, page) })
}

// serveAs sends the delta that makes whole of what the reader holds under the
// tag (RFC 3229 sections 10.4.1, 10.5.1 and 10.9). Only caches that know deltas
// could keep it, and there are hardly any.
func (d *document) serveAs(w http.ResponseWriter, r *http.Request, whole *document, held string) {
	h := w.Header()
	for _, list := range [][]header{whole.common, whole.full} {
		for i := range list {
			h[list[i].name] = list[i].value
		}
	}
	h["Cache-Control"] = []string{"no-store, im"}
	h["Vary"] = []string{"Accept-Encoding, A-IM, If-None-Match"}
	h["Im"] = []string{feedIM}
	h["Delta-Base"] = []string{`"` + held + `"`}
	rep := d.chosen(r.Header["Accept-Encoding"])
	h["Etag"] = whole.plain.etag
	if rep.coding != nil {
		h["Content-Encoding"] = rep.coding.header
		for i := range whole.packed {
			if whole.packed[i].coding == rep.coding {
				h["Etag"] = whole.packed[i].etag
			}
		}
	}
	h["Content-Length"] = rep.length
	w.WriteHeader(http.StatusIMUsed)
	if r.Method != http.MethodHead {
		_, _ = w.Write(rep.body) // the client may be gone
	}
}
