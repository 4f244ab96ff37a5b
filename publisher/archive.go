package publisher

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"sluice/publisher/render"
)

// pageSize is how many numbers an archive page spans: page N those from
// pageSize(N-1)+1 to pageSize*N.
const pageSize = 100

// PageOf returns the archive page that has the entry with a number.
func PageOf(number uint64) uint64 { return (number-1)/pageSize + 1 }

// An archiveKey is the address of a document of an archive page.
type archiveKey struct {
	topic  string
	number uint64 // 0 is the head, of a private topic only
	ext    string
	bearer *bearer // for whom it is; nil for the public
	since  base    // of a delta: what its reader holds
}

// parseArchive reads the path of an archive document, below the site's
// address.
func parseArchive(path string) (k archiveKey, ok bool) {
	rest, ok := strings.CutPrefix(path, render.TopicPath(""))
	if !ok {
		return k, false
	}
	k.topic, rest, ok = strings.Cut(rest, "/archive/")
	if !ok || len(rest) > 32 {
		return k, false
	}
	digits, ext, ok := strings.Cut(rest, ".")
	n, err := strconv.ParseUint(digits, 10, 64)
	if !ok || err != nil || n == 0 || strconv.FormatUint(n, 10) != digits {
		return k, false // one page has one address
	}
	k.number, k.ext = n, "."+ext
	return k, k.format() != nil
}

func (k archiveKey) String() string { return render.ArchivePath(k.topic, k.number, k.ext) }

// A format is a kind of feed document.
type format struct {
	ext, kind string
	render    func(io.Writer, *render.Page) error
}

var formats = []format{
	{render.ExtAtom, render.TypeAtom, render.Atom},
	{render.ExtRSS, render.TypeRSS, render.RSS},
	{render.ExtJSON, render.TypeJSON, render.JSON},
}

func (k archiveKey) format() *format {
	for i := range formats {
		if formats[i].ext == k.ext {
			return &formats[i]
		}
	}
	return nil
}

// pages returns how many archive pages the topic has.
func (h *head) pages() uint64 { return (h.state.Last + pageSize - 1) / pageSize }

// pageAge returns how long an archive page may be kept. One that is not full
// yet gains entries with the head.
func (h *head) pageAge(number uint64) time.Duration {
	if number*pageSize > h.state.Last {
		return h.age
	}
	return archiveAge
}

// errDropped says that the items of an archive page were forgotten, and the
// page with them.
var errDropped = errors.New("forgotten")

// archive returns an archive page as the store has it now, or errDropped.
func (b *build) archive(ctx context.Context, h *head, number uint64) (*render.Page, error) {
	entries, err := b.site.store.Numbered(ctx, h.topic.Name, (number-1)*pageSize+1, number*pageSize)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 && b.gen.drop {
		return nil, errDropped
	}
	slices.Reverse(entries)
	page := &render.Page{
		Site: b.gen.site, Topic: h.topic, State: h.state, Entries: b.shown(h.topic, entries),
		Archive: number, Prev: number - 1,
	}
	if b.gen.drop && number > 1 {
		// No link leads to a page that is gone.
		before, err := b.site.store.Numbered(ctx, h.topic.Name, (number-2)*pageSize+1, (number-1)*pageSize)
		if err != nil {
			return nil, err
		}
		if len(before) == 0 {
			page.Prev = 0
		}
	}
	if number < h.pages() {
		page.Next = number + 1
	}
	return page, nil
}

// archived renders a document of an archive page. It has no Last-Modified: a
// withdrawal changes it, and leaves no date.
func (b *build) archived(h *head, k archiveKey, page *render.Page) (*document, error) {
	f := k.format()
	return b.document(nil, f.kind, edition{age: h.pageAge(k.number)}, func(w io.Writer) error { return f.render(w, page) })
}

// serveArchive answers for an archive page, and reports false where there is
// none at the path.
func (s *Site) serveArchive(w http.ResponseWriter, r *http.Request, shown *shelf) bool {
	k, ok := parseArchive(r.URL.Path)
	if !ok && shown.gen != nil {
		k, ok = parseArchive(strings.TrimPrefix(r.URL.Path, shown.gen.prefix))
	}
	if !ok {
		return false
	}
	h := shown.heads[k.topic]
	if h == nil || h.page != nil || k.number > h.pages() {
		return false
	}
	d := s.demand(w, r, k, h, func(ctx context.Context) (*document, error) {
		b := &build{site: s, gen: shown.gen, feeds: shown.feeds}
		page, err := b.archive(ctx, h, k.number)
		if err != nil {
			return nil, err
		}
		return b.archived(h, k, page)
	})
	if d != nil {
		d.serve(w, r)
	}
	return true
}

// demand returns a document that is rendered when it is asked for, or answers
// why there is none and returns nil.
func (s *Site) demand(w http.ResponseWriter, r *http.Request, k archiveKey, h *head, render func(context.Context) (*document, error)) *document {
	d, err := s.archives.get(r.Context(), k, h, render)
	if errors.Is(err, errDropped) {
		answer(w, r, http.StatusGone, "What this page held is kept no longer.\n")
		return nil
	}
	if err != nil {
		w.Header().Set("Retry-After", "60")
		answer(w, r, http.StatusServiceUnavailable, "This page can't be read at the moment.\n")
		return nil
	}
	return d
}

// version tells one rendering of a topic from the next, so that what was made
// beside an earlier head is not served beside a later one.
func (k archiveKey) version(h *head) string {
	return fmt.Sprintf("%s %p %p %s", k, h, k.bearer, k.since)
}
