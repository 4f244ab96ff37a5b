package publisher

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sluice/publisher/render"
)

// A text is a document of entries.
func text(entries []string) (body []byte, ends []int) {
	body = []byte("<feed>")
	for _, e := range entries {
		body = append(body, e...)
		ends = append(ends, len(body))
	}
	return append(body, "</feed>"...), ends
}

func articles(rng *rand.Rand, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("<entry>%d%s</entry>", rng.Uint64(), strings.Repeat(fmt.Sprintf(" some words %d", rng.IntN(1000)), rng.IntN(600)))
	}
	return list
}

// A document that takes over pieces of the one before is the same as one that
// is made of nothing.
func TestPiecesAreTakenOver(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	p := newPacker()
	entries := articles(rng, 100)
	body, ends := text(entries)
	old := newDocument(render.TypeAtom, body, ends, edition{}, nil, &p)
	if len(old.pieces) < 4 {
		t.Fatalf("%d bytes are %d pieces", len(body), len(old.pieces))
	}
	for name, change := range map[string]func([]string) []string{
		"nothing":    func(list []string) []string { return list },
		"one comes":  func(list []string) []string { return slices.Insert(list[:99], 0, articles(rng, 1)...) },
		"one leaves": func(list []string) []string { return slices.Delete(list, 40, 41) },
		"one differs": func(list []string) []string {
			list[60] = articles(rng, 1)[0]
			return list
		},
		"all leave":  func([]string) []string { return nil },
		"all differ": func([]string) []string { return articles(rng, 100) },
		"a huge one": func(list []string) []string {
			return slices.Insert(list, 50, "<entry>"+strings.Repeat("<p>x</p>", 50_000)+"</entry>")
		},
	} {
		body, ends := text(change(slices.Clone(entries)))
		kept := newDocument(render.TypeAtom, body, ends, edition{}, old, &p)
		whole := newDocument(render.TypeAtom, body, ends, edition{}, nil, &p)
		if kept.plain.etag[0] != whole.plain.etag[0] || len(kept.packed) != len(whole.packed) {
			t.Fatalf("%s: the documents differ", name)
		}
		for i := range kept.packed {
			if !bytes.Equal(kept.packed[i].body, whole.packed[i].body) {
				t.Errorf("%s: %s has other bytes", name, kept.packed[i].coding.name)
			}
			if kept.packed[i].coding.index != codingGzip {
				continue
			}
			r, err := gzip.NewReader(bytes.NewReader(kept.packed[i].body))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, body) {
				t.Errorf("%s: %d bytes unpack to %d (%v)", name, len(body), len(got), err)
			}
		}
		same := 0
		for _, k := range kept.pieces {
			if slices.ContainsFunc(old.pieces, func(o piece) bool { return o.sum == k.sum }) {
				same++
			}
		}
		if few := len(old.pieces) - 4; strings.HasPrefix(name, "one ") && same < few {
			t.Errorf("%s: of %d pieces %d stand in the new document, want %d", name, len(old.pieces), same, few)
		}
		if name == "nothing" && kept.plain.etag[0] != old.plain.etag[0] {
			t.Error("the same bytes have another tag")
		}
	}
}

// Other bytes have another tag, wherever they stand.
func TestTagsAreOfAllBytes(t *testing.T) {
	p := newPacker()
	body, ends := text(articles(rand.New(rand.NewPCG(3, 4)), 60))
	tag := newDocument(render.TypeAtom, body, ends, edition{}, nil, &p).plain.key
	for at := 0; at < len(body); at += len(body)/50 + 1 {
		other := bytes.Clone(body)
		other[at] ^= 1
		if newDocument(render.TypeAtom, other, ends, edition{}, nil, &p).plain.key == tag {
			t.Errorf("the tag does not tell another byte %d", at)
		}
	}
}
