package daemon

import (
	"bufio"
	"bytes"
	"fmt"
	"html"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// upstreamEnv makes the test program serve feeds and do nothing else: the work
// of a server has no place in what a benchmark measures of its client.
const upstreamEnv = "SLUICE_TEST_UPSTREAM"

func TestMain(m *testing.M) {
	if os.Getenv(upstreamEnv) != "" {
		serveUpstream()
		return
	}
	if file := os.Getenv(killedEnv); file != "" {
		fmt.Fprintln(os.Stderr, routeUntilKilled(file))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// feedItems is how many items each feed of an upstream shows.
const feedItems = 30

// An upstream is a server of made feeds, a process of its own: /SIZE/N is feed
// N, whose items' HTML has SIZE bytes, or 2 to 8 KB where it is "mixed". With
// each step, 5 % of its items are new.
type upstream struct{ URL string }

func newUpstream(b *testing.B) *upstream {
	b.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), upstreamEnv+"=1")
	c.Stderr = os.Stderr
	in, err := c.StdinPipe() // its end is the server's
	if err != nil {
		b.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_ = c.Wait()
	})
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return &upstream{strings.TrimSpace(url)}
}

func (u *upstream) feed(size string, n int) string { return fmt.Sprintf("%s/%s/%d", u.URL, size, n) }

// step makes every feed change.
func (u *upstream) step(b *testing.B) {
	b.Helper()
	resp, err := http.Post(u.URL+"/step", "", nil)
	if err != nil {
		b.Fatal(err)
	}
	_ = resp.Body.Close()
}

func serveUpstream() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("http://%s\n", l.Addr())
	s := &feedServer{words: vocabulary()}
	s.packers.New = func() any { return gzip.NewWriter(nil) }
	go func() { _ = http.Serve(l, s) }()
	_, _ = bufio.NewReader(os.Stdin).ReadByte()
}

type feedServer struct {
	words   []string
	steps   atomic.Int64
	packers sync.Pool
}

func (s *feedServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/step" {
		s.steps.Add(1)
		return
	}
	size, number, _ := strings.Cut(r.URL.Path[1:], "/")
	n, err := strconv.Atoi(number)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	etag := fmt.Sprintf(`"%d"`, s.steps.Load())
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	w.Header().Set("Content-Encoding", "gzip")
	var packed bytes.Buffer
	z := s.packers.Get().(*gzip.Writer)
	defer s.packers.Put(z)
	z.Reset(&packed)
	_, _ = z.Write(s.document(size, n))
	_ = z.Close()
	w.Header().Set("Content-Length", strconv.Itoa(packed.Len()))
	_, _ = w.Write(packed.Bytes())
}

// document makes a feed as it stands after the steps: 3 of 60 items come with
// each of them.
func (s *feedServer) document(size string, n int) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Gazette %[1]d</title><link>https://gazette-%[1]d.example/</link><description>All of region %[1]d</description>
<atom:link href="https://gazette-%[1]d.example/feed.xml" rel="self" type="application/rss+xml"/><language>en</language><generator>Press 4.2</generator>
`, n)
	newest := feedItems - 1 + (3*int(s.steps.Load())+n%2)/2
	for i := newest; i > newest-feedItems; i-- {
		s.item(&out, size, n, i)
	}
	out.WriteString("</channel></rss>\n")
	return out.Bytes()
}

func (s *feedServer) item(out *bytes.Buffer, size string, n, i int) {
	r := rand.New(rand.NewPCG(uint64(n), uint64(i)))
	zipf := rand.NewZipf(r, 1.1, 8, uint64(len(s.words)-1))
	word := func() string { return s.words[zipf.Uint64()] }
	length, err := strconv.Atoi(size)
	if err != nil {
		length = 2048 + r.IntN(6*1024)
	}
	title := word()
	for range 5 + r.IntN(5) {
		title += " " + word()
	}
	site := fmt.Sprintf("https://gazette-%d.example", n)
	var text strings.Builder
	for p := 0; text.Len() < length; p++ {
		text.WriteString("<p>")
		if p%3 == 1 {
			fmt.Fprintf(&text, `<img class="size-full" src="%s/media/%d-%d.jpg" alt="%s" width="640" height="480" loading="lazy" /> `, site, i, p, word())
		}
		for range 3 + r.IntN(3) {
			for w := range 8 + r.IntN(12) {
				switch v := word(); {
				case w == 4 && r.IntN(4) == 0:
					fmt.Fprintf(&text, `<a href="%s/about/%s?utm_source=feed">%s</a> `, site, v, v)
				case w == 6 && r.IntN(5) == 0:
					text.WriteString("<em>" + v + "</em>, ")
				default:
					text.WriteString(v + " ")
				}
			}
			text.WriteString("it’s said. ")
		}
		text.WriteString("</p>\n")
	}
	content := "<![CDATA[" + text.String() + "]]>"
	if n%2 == 1 {
		content = html.EscapeString(text.String())
	}
	fmt.Fprintf(out, `<item><title>%s</title><link>%s/%d/%s</link><guid isPermaLink="false">%s/?p=%d</guid>
<pubDate>Sat, %02d Nov 2025 14:%02d:00 +0000</pubDate><dc:creator><![CDATA[%s %s]]></dc:creator><category><![CDATA[%s]]></category><category><![CDATA[%s]]></category>
<content:encoded>%s</content:encoded></item>
`, title, site, i, word(), site, i, 1+i%28, n%60, word(), word(), word(), word(), content)
}

// vocabulary makes words of two to five syllables; the same ones each time.
func vocabulary() []string {
	r := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("a be ci do fu gra hel in jo ka lem mi nor o pre qua ri sto tri un ver wi ex ya zen th al est ing er ous ment")
	words := make([]string, 20_000)
	for i := range words {
		for range 1 + min(4, i/50+1, 1+r.IntN(4)) {
			words[i] += syllables[r.IntN(len(syllables))]
		}
	}
	return words
}
