package story

import (
	"regexp"
	"strings"
	"testing"

	"sluice/storage"
)

func TestHash(t *testing.T) {
	if Hash("ab", "c") == Hash("a", "bc") || Hash("a") == Hash("a", "") || Hash() == Hash("") {
		t.Error("lists of parts run together")
	}
	// Ids are made of it: it must never change.
	if got, want := storage.ID(Hash("feed", "guid")).String(), "5f97691a9f5425afb59215d0adb6f9e1"; got != want {
		t.Errorf("Hash = %s, want %s", got, want)
	}
}

func TestMintID(t *testing.T) {
	form := regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	for _, id := range []storage.ID{{}, Hash("a"), {6: 0xFF, 8: 0xFF}} {
		if got := MintID(id); !form.MatchString(got) {
			t.Errorf("MintID(%s) = %s", id, got)
		}
	}
	if got, want := MintID(storage.ID{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}), "urn:uuid:00010203-0405-8607-8809-0a0b0c0d0e0f"; got != want {
		t.Errorf("MintID = %s, want %s", got, want)
	}
}

func TestOwnID(t *testing.T) {
	const feed, url = "https://feeds.example.net/news.xml", "https://www.example.org/a"
	own := []string{
		"https://www.example.org/a", "http://example.org/?p=7", "HTTPS://EXAMPLE.ORG:8443/x", "https://feeds.example.net/7",
		"tag:example.org,2026:7", "tag:editor@www.example.org,2026-03-02:a/b", "https://example.org/ä/北京", "https://example.org/a%20b#c",
	}
	for _, guid := range own {
		if got := OwnID(&storage.Item{GUID: " " + guid + "\n", URL: url}, feed); got != guid {
			t.Errorf("%q is not taken: %q", guid, got)
		}
	}
	foreign := []string{
		"", "7", "example.org/a", "/a", "https:///a", "https://other.example/a", "https://example.org.other.example/a", "https://sub.example.org/a",
		"urn:uuid:00010203-0405-8607-8809-0a0b0c0d0e0f", "mailto:a@example.org", "javascript:alert(1)", "ftp://example.org/a", "https://user:secret@example.org/a",
		"https://example.org/a b", "https://example.org/a\nb", "https://example.org/a\x00", "https://example.org/<b>", `https://example.org/"`, "https://example.org/a%2",
		"https://example.org/a%zz", "https://example.org/\u202egro", "https://example.org/\u00ad", "https://example.org/\ue000", "https://example.org/\xff",
		"https://example.org/a#b#c", "https://example.org/" + strings.Repeat("a", longestOwnID),
		"tag:other.example,2026:7", "tag:example.org,7", "tag:example.org:7", "tag:example.org,20a6:7", "tag:,2026:7",
	}
	for _, guid := range foreign {
		if got := OwnID(&storage.Item{GUID: guid, URL: url}, feed); got != "" {
			t.Errorf("%q is taken: %q", guid, got)
		}
	}
	shared := storage.Item{GUID: url, URL: url, Identity: storage.Identity{Kind: storage.ByGUIDLink}}
	if got := OwnID(&shared, feed); got != "" {
		t.Errorf("a guid that several items share is taken: %q", got)
	}
	if got := OwnID(&storage.Item{GUID: url}, ""); got != "" {
		t.Errorf("the guid of an item without a link is taken: %q", got)
	}
}

func FuzzOwnID(f *testing.F) {
	f.Add("https://example.org/a%20b")
	f.Add("tag:example.org,2026-03-02:a")
	f.Fuzz(func(t *testing.T, guid string) {
		id := OwnID(&storage.Item{GUID: guid, URL: "https://example.org/a"}, "")
		if id == "" {
			return
		}
		if len(id) > longestOwnID || !strings.Contains(id, ":") || strings.ContainsAny(id, " \t\r\n<>\"") || !strings.Contains(strings.ToLower(id), "example.org") {
			t.Errorf("OwnID takes %q", id)
		}
	})
}
