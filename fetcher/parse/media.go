package parse

import (
	"net/url"
	"path"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
)

// texts returns the values of an extension element.
func texts(e ext.Extensions, prefix, name string) []string {
	var vs []string
	for _, x := range e[prefix][name] {
		if x.Value != "" {
			vs = append(vs, x.Value)
		}
	}
	return vs
}

// text returns the first value of an extension element.
func text(e ext.Extensions, prefix, name string) string {
	for _, x := range e[prefix][name] {
		if x.Value != "" {
			return x.Value
		}
	}
	return ""
}

// addMedia gives it the picture and the files that Media RSS and iTunes name.
// Pictures are no enclosures: the first becomes its image.
func addMedia(it *Item, e ext.Extensions) {
	for _, m := range e["media"]["content"] {
		address := m.Attrs["url"]
		switch mediaKind(m.Attrs["medium"], m.Attrs["type"], address) {
		case "image":
			it.Image = or(it.Image, address)
		case "audio", "video", "document":
			it.enclose(Enclosure{URL: address, Type: m.Attrs["type"], Length: length(m.Attrs["fileSize"])})
		}
	}
	for _, m := range e["media"]["thumbnail"] {
		it.Image = or(it.Image, m.Attrs["url"])
	}
	for _, m := range e["itunes"]["image"] {
		it.Image = or(it.Image, m.Attrs["href"], m.Attrs["url"])
	}
}

// mediaKind returns what a media:content is, empty where that can't be told or
// is of no use, as a Flash player's address.
func mediaKind(medium, kind, address string) string {
	if medium != "" {
		return strings.ToLower(medium)
	}
	if kind != "" {
		kind, _, _ = strings.Cut(strings.ToLower(kind), "/")
		return kind
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif":
		return "image"
	case ".mp3", ".m4a", ".ogg", ".opus":
		return "audio"
	case ".mp4", ".m4v", ".webm":
		return "video"
	}
	return ""
}

// enclose adds an enclosure; each address once.
func (it *Item) enclose(e Enclosure) {
	if e.URL = strings.TrimSpace(e.URL); e.URL == "" {
		return
	}
	for i := range it.Enclosures {
		if have := &it.Enclosures[i]; have.URL == e.URL {
			have.Type = or(have.Type, e.Type)
			have.Length = max(have.Length, e.Length)
			return
		}
	}
	if len(it.Enclosures) < maxEnclosures {
		it.Enclosures = append(it.Enclosures, e)
	}
}

// maxEnclosures bounds the enclosures of one item: each new one is compared
// with all before.
const maxEnclosures = 256

// length reads a number of bytes; 0 where it is none.
func length(s string) int64 {
	n, err := strconv.ParseInt(strings.NewReplacer(",", "", " ", "").Replace(s), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
