package extract

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const corpus = "../../../shared/corpus"

func corpusDir(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(corpus, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("NOT CHECKED: the corpus is not here: %v", err)
	}
	return dir
}

func readPage(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// figcaption is taken out for the score, since the truth has no captions: they
// are kept, but as captions.
var figcaption = regexp.MustCompile(`(?s)<figcaption.*?</figcaption>`)

func extracted(t *testing.T, path, address string) (whole, prose string) {
	t.Helper()
	a, err := Page(readPage(t, path), "text/html", address)
	if err != nil {
		t.Logf("%s: %v", filepath.Base(path), err)
		return "", ""
	}
	return plainText(a.Content), plainText(figcaption.ReplaceAllString(a.Content, " "))
}

var blockTag = regexp.MustCompile(`<(/?(p|div|li|ul|ol|h[1-6]|td|th|tr|table|blockquote|figure|figcaption|section|article|pre|dt|dd|dl|aside)|br)\b[^>]*>`)
var anyTag = regexp.MustCompile(`<[^>]*>`)

func plainText(content string) string {
	content = blockTag.ReplaceAllString(content, " ")
	content = anyTag.ReplaceAllString(content, "")
	content = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "&#34;", `"`).Replace(content)
	return strings.Join(strings.Fields(content), " ")
}

var word = regexp.MustCompile(`[\p{L}\p{N}_]+`)

func shingles(s string) map[string]int {
	const n = 4
	tokens := word.FindAllString(s, -1)
	set := make(map[string]int)
	for i := range tokens[:min(len(tokens), max(1, len(tokens)-n+1))] {
		set[strings.Join(tokens[i:min(len(tokens), i+n)], " ")]++
	}
	return set
}

// A score is as the article extraction benchmark counts: runs of four words
// in truth and text, per page; the mean of precision and recall over the pages.
type score struct{ precision, recall float64 }

func compare(truth, text string) score {
	a, b := shingles(truth), shingles(text)
	var both, na, nb int
	for k, n := range a {
		both += min(n, b[k])
		na += n
	}
	for _, n := range b {
		nb += n
	}
	var s score
	if nb > 0 {
		s.precision = float64(both) / float64(nb)
	}
	if na > 0 {
		s.recall = float64(both) / float64(na)
	}
	return s
}

func (s score) f1() float64 {
	if s.precision+s.recall == 0 {
		return 0
	}
	return 2 * s.precision * s.recall / (s.precision + s.recall)
}

func TestFullTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes many pages")
	}
	dir := corpusDir(t, "pages/aeb")
	var truth map[string]struct{ URL, ArticleBody string }
	readJSON(t, filepath.Join(dir, "ground-truth.json"), &truth)
	var sum, sumProse score
	for _, name := range slices.Sorted(maps.Keys(truth)) {
		page := truth[name]
		whole, prose := extracted(t, filepath.Join(dir, name+".html.gz"), page.URL)
		s, p := compare(page.ArticleBody, whole), compare(page.ArticleBody, prose)
		sum.precision += s.precision / float64(len(truth))
		sum.recall += s.recall / float64(len(truth))
		sumProse.precision += p.precision / float64(len(truth))
		sumProse.recall += p.recall / float64(len(truth))
		if s.f1() < 0.95 {
			t.Logf("%s: P %.3f R %.3f, without captions P %.3f R %.3f %s", name, s.precision, s.recall, p.precision, p.recall, page.URL)
		}
	}
	t.Logf("%d pages: F1 %.4f (P %.4f, R %.4f); without captions %.4f (P %.4f, R %.4f)", len(truth), sum.f1(), sum.precision, sum.recall,
		sumProse.f1(), sumProse.precision, sumProse.recall)
	if sum.f1() < 0.955 {
		t.Errorf("F1 is %.4f, want 0.955", sum.f1())
	}
}

// TestSegments counts, as the evaluation of trafilatura does, the segments that
// must and must not be there.
func TestSegments(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes many pages")
	}
	dir := corpusDir(t, "pages/trafilatura")
	var truth map[string]struct {
		URL           string
		With, Without []string
	}
	readJSON(t, filepath.Join(dir, "segments.json"), &truth)
	var found, missed, junk int
	for _, name := range slices.Sorted(maps.Keys(truth)) {
		page := truth[name]
		_, prose := extracted(t, filepath.Join(dir, name), page.URL)
		for _, s := range page.With {
			if s = strings.Join(strings.Fields(s), " "); strings.Contains(prose, s) {
				found++
			} else {
				missed++
				t.Logf("%s: misses %q", name, s)
			}
		}
		for _, s := range page.Without {
			if s = strings.Join(strings.Fields(s), " "); strings.Contains(prose, s) {
				junk++
				t.Logf("%s: holds %q", name, s)
			}
		}
	}
	s := score{precision: float64(found) / float64(found+junk), recall: float64(found) / float64(found+missed)}
	t.Logf("%d pages: F1 %.4f (P %.4f, R %.4f), %d found, %d missed, %d junk", len(truth), s.f1(), s.precision, s.recall, found, missed, junk)
	if s.f1() < 0.92 {
		t.Errorf("F1 is %.4f, want 0.92", s.f1())
	}
}
