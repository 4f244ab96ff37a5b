package publisher

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"sluice/config"
	"sluice/storage"
)

// archives adds the files of all archive pages to those to write, and returns
// the stamps that hold once they are written.
func (w *writer) archives(ctx context.Context) (map[string]string, error) {
	common, err := w.build.stamp()
	if err != nil {
		return nil, err
	}
	stamps := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(w.shown.heads)) {
		h := w.shown.heads[name]
		if h.pages() == 0 || h.page != nil {
			continue // nothing to write, or nothing to be written: private
		}
		if stamps[name], err = stampOf(common, h.topic, h.state); err != nil {
			return nil, err
		}
		if w.old.Archives[name] == stamps[name] && w.recall(name) {
			continue
		}
		if err := w.measure(ctx, h); err != nil {
			return nil, fmt.Errorf("topic %s: %w", name, err)
		}
	}
	return stamps, nil
}

// stamp returns a hash of all that the archives of all topics are made from,
// beside a topic's own config and entries: the site, the names of feeds, and
// this program.
func (b *build) stamp() ([]byte, error) {
	type feed struct {
		Name, URL, Title, Content, Image, Rights string
		Private                                  bool
	}
	var program string
	if info, ok := debug.ReadBuildInfo(); ok {
		program = info.String()
	}
	site := b.gen.site
	site.Timezone = nil // documents of archives are in UTC
	var written, stored []feed
	for _, f := range b.gen.feeds {
		written = append(written, feed{f.Name, f.URL, f.Title, f.Content, f.Image, f.Rights, f.Private})
	}
	for _, name := range slices.Sorted(maps.Keys(b.feeds)) {
		f := b.feeds[name]
		stored = append(stored, feed{f.Name, f.URL, "", f.Content, "", "", f.Private})
	}
	data, err := json.Marshal([]any{program, site, b.gen.drop, written, stored})
	sum := sha256.Sum256(data)
	return sum[:], err
}

func stampOf(common []byte, topic config.Topic, state storage.TopicState) (string, error) {
	data, err := json.Marshal([]any{common, topic, state})
	return hexSum(sha256.Sum256(data)), err
}

// recall takes the files of an archive that needs no new ones from the
// manifest. It reports false where that does not say enough.
func (w *writer) recall(topic string) bool {
	files := map[string]content{}
	for name, r := range w.old.Files {
		k, ok := archiveFile(name)
		if ok && w.shown.heads[k.topic] == nil {
			k.topic = w.shown.gen.former[k.topic]
		}
		if !ok || k.topic != topic {
			continue
		}
		sum, err := parseSum(r.Sums)
		if err != nil {
			return false
		}
		files[name] = content{sum: sum, from: &k}
	}
	maps.Copy(w.files, files)
	return true
}

// archiveFile returns the document that a static file holds.
func archiveFile(name string) (archiveKey, bool) {
	for i := range codings {
		name = strings.TrimSuffix(name, codings[i].suffix)
	}
	return parseArchive("/" + name)
}

// measure renders a topic's archive for the sums of its files.
func (w *writer) measure(ctx context.Context, h *head) error {
	pages := make([]map[string]content, h.pages())
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i := range pages {
		work.Go(func() error {
			page, err := w.build.archive(ctx, h, uint64(i)+1)
			if errors.Is(err, errDropped) {
				return nil
			}
			if err != nil {
				return err
			}
			pages[i] = map[string]content{}
			for _, f := range formats {
				k := &archiveKey{topic: h.topic.Name, number: uint64(i) + 1, ext: f.ext}
				d, err := w.build.archived(h, *k, page)
				if err != nil {
					return err
				}
				for _, name := range w.shown.gen.names(h.topic) {
					file := archiveKey{topic: name, number: k.number, ext: k.ext}.String()[1:]
					for suffix, r := range d.files() {
						pages[i][file+suffix] = content{sum: r.sum(), from: k}
					}
				}
			}
			return nil
		})
	}
	err := work.Wait()
	for _, files := range pages {
		maps.Copy(w.files, files)
	}
	return err
}

// archived renders what an archive file is to hold. The manifest promises its
// sum already, so of a page that has changed since it returns nil: the change
// itself brings about the Write that writes it.
func (w *writer) archived(ctx context.Context, name string) ([]byte, error) {
	k := *w.files[name].from
	h := w.shown.heads[k.topic]
	page, err := w.build.archive(ctx, h, k.number)
	if errors.Is(err, errDropped) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d, err := w.build.archived(h, k, page)
	if err != nil {
		return nil, err
	}
	for _, r := range d.files() {
		if r.sum() == w.files[name].sum {
			return r.body, nil
		}
	}
	return nil, nil
}
