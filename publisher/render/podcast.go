package render

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sluice/storage"
)

const (
	itunesNS  = "http://www.itunes.com/dtds/podcast-1.0.dtd"
	podcastNS = "https://podcastindex.org/namespace/1.0"
)

// maxSubtitle bounds a subtitle, in characters: Apple's limit.
const maxSubtitle = 255

// An episode is what an entry says in the vocabularies of podcasts: Apple's,
// Podcasting 2.0 and Podlove's chapters.
type episode struct {
	EpisodeTitle string       `xml:"itunes:title,omitempty"`
	Subtitle     string       `xml:"itunes:subtitle,omitempty"`
	EpisodeImage *itunesImage `xml:"itunes:image"`
	Duration     string       `xml:"itunes:duration,omitempty"`
	Season       string       `xml:"itunes:season,omitempty"`
	Episode      string       `xml:"itunes:episode,omitempty"`
	Kind         string       `xml:"itunes:episodeType,omitempty"`
	Explicit     string       `xml:"itunes:explicit,omitempty"`
	Block        string       `xml:"itunes:block,omitempty"`

	SeasonName  *podcastSeason      `xml:"podcast:season"`
	EpisodeName *podcastEpisode     `xml:"podcast:episode"`
	ChapterFile *podcastFile        `xml:"podcast:chapters"`
	Transcripts []podcastFile       `xml:"podcast:transcript"`
	Persons     []podcastPerson     `xml:"podcast:person"`
	Soundbites  []podcastSoundbite  `xml:"podcast:soundbite"`
	Location    *podcastLocation    `xml:"podcast:location"`
	License     *podcastLicense     `xml:"podcast:license"`
	Chapters    *podloveChapterList `xml:"psc:chapters"`
}

type itunesImage struct {
	URL string `xml:"href,attr"`
}

type podcastSeason struct {
	Name   string `xml:"name,attr,omitempty"`
	Number int    `xml:",chardata"`
}

type podcastEpisode struct {
	Display string `xml:"display,attr,omitempty"`
	Number  int    `xml:",chardata"`
}

type podcastFile struct {
	URL      string `xml:"url,attr"`
	Type     string `xml:"type,attr"`
	Language string `xml:"language,attr,omitempty"`
	Rel      string `xml:"rel,attr,omitempty"`
}

type podcastPerson struct {
	Role  string `xml:"role,attr,omitempty"`
	Group string `xml:"group,attr,omitempty"`
	Image string `xml:"img,attr,omitempty"`
	URL   string `xml:"href,attr,omitempty"`
	Name  string `xml:",chardata"`
}

type podcastSoundbite struct {
	Start    string `xml:"startTime,attr"`
	Duration string `xml:"duration,attr"`
	Title    string `xml:",chardata"`
}

type podcastLocation struct {
	Geo  string `xml:"geo,attr,omitempty"`
	Name string `xml:",chardata"`
}

type podcastLicense struct {
	URL  string `xml:"url,attr,omitempty"`
	Name string `xml:",chardata"`
}

// The namespaces of rare elements stand on them, not on each document.

type podloveChapterList struct {
	Namespace string           `xml:"xmlns:psc,attr"`
	Version   string           `xml:"version,attr"`
	Chapters  []podloveChapter `xml:"psc:chapter"`
}

type podloveChapter struct {
	Start string `xml:"start,attr"`
	Title string `xml:"title,attr"`
	URL   string `xml:"href,attr,omitempty"`
	Image string `xml:"image,attr,omitempty"`
}

// setEpisode takes over what the item says as an episode, fit to be written.
func (v *view) setEpisode(item *storage.Item, hide concealed) {
	if in := item.ITunes; in != nil {
		t := *in
		t.Title, t.Subtitle = line(hide.string(t.Title)), cut(line(hide.string(t.Subtitle)), maxSubtitle)
		t.Image = hide.address(webAddress(t.Image))
		if !slices.Contains([]string{"full", "trailer", "bonus"}, t.Kind) {
			t.Kind = ""
		}
		if t.Explicit != "true" && t.Explicit != "false" {
			t.Explicit = ""
		}
		v.itunes = &t
	}
	if in := item.Podcast; in != nil {
		p := *in
		p.Season, p.Episode = line(hide.string(p.Season)), line(hide.string(p.Episode))
		p.ChaptersURL, p.ChaptersType = hide.address(webAddress(p.ChaptersURL)), mediaType(p.ChaptersType)
		p.Location, p.LocationGeo = line(hide.string(p.Location)), geoURI(p.LocationGeo)
		p.License, p.LicenseURL = line(hide.string(p.License)), hide.address(webAddress(p.LicenseURL))
		p.Chapters = kept(p.Chapters, func(c *storage.Chapter) bool {
			c.Title, c.URL, c.Image = line(hide.string(c.Title)), hide.address(webAddress(c.URL)), hide.address(webAddress(c.Image))
			return c.Title != ""
		})
		p.Transcripts = kept(p.Transcripts, func(t *storage.Transcript) bool {
			t.URL, t.Type, t.Language, t.Rel = hide.address(webAddress(t.URL)), mediaType(t.Type), language(t.Language), line(t.Rel)
			return t.URL != ""
		})
		p.Persons = kept(p.Persons, func(c *storage.Participant) bool {
			c.Name, c.Role, c.Group = line(hide.string(c.Name)), line(hide.string(c.Role)), line(hide.string(c.Group))
			c.Image, c.URL = hide.address(webAddress(c.Image)), hide.address(webAddress(c.URL))
			return c.Name != ""
		})
		p.Soundbites = kept(p.Soundbites, func(s *storage.Soundbite) bool {
			s.Title = line(hide.string(s.Title))
			return s.Duration > 0
		})
		v.podcast = &p
	}
}

// kept returns those that fit says are worth it, as it has changed them.
func kept[T any](in []T, fit func(*T) bool) []T {
	var out []T
	for _, v := range in {
		if fit(&v) {
			out = append(out, v)
		}
	}
	return out
}

// geoURI returns a geo: URI, RFC 5870, or "".
func geoURI(s string) string {
	if s = iri(s); strings.HasPrefix(s, "geo:") {
		return s
	}
	return ""
}

func newEpisode(v *view, uri func(string) string) episode {
	var e episode
	if t := v.itunes; t != nil {
		e = episode{
			EpisodeTitle: t.Title, Subtitle: t.Subtitle, Duration: size(int64(t.Duration.Seconds())),
			Season: size(int64(t.Season)), Episode: size(int64(t.Episode)), Kind: t.Kind, Explicit: t.Explicit,
		}
		if t.Image != "" {
			e.EpisodeImage = &itunesImage{uri(t.Image)}
		}
		if t.Block {
			e.Block = "yes"
		}
	}
	if v.podcast != nil {
		e.setPodcast(v, uri)
	}
	return e
}

func (e *episode) setPodcast(v *view, uri func(string) string) {
	p := v.podcast
	if t := v.itunes; t != nil && t.Season > 0 && p.Season != "" {
		e.SeasonName = &podcastSeason{p.Season, t.Season}
	}
	if t := v.itunes; t != nil && t.Episode > 0 && p.Episode != "" {
		e.EpisodeName = &podcastEpisode{p.Episode, t.Episode}
	}
	if p.ChaptersURL != "" {
		e.ChapterFile = &podcastFile{URL: uri(p.ChaptersURL), Type: or(p.ChaptersType, "application/json+chapters")}
	}
	for _, t := range p.Transcripts {
		e.Transcripts = append(e.Transcripts, podcastFile{uri(t.URL), or(t.Type, "text/plain"), t.Language, t.Rel})
	}
	for _, c := range p.Persons {
		e.Persons = append(e.Persons, podcastPerson{c.Role, c.Group, uri(c.Image), uri(c.URL), c.Name})
	}
	for _, s := range p.Soundbites {
		e.Soundbites = append(e.Soundbites, podcastSoundbite{seconds(s.Start), seconds(s.Duration), s.Title})
	}
	if p.Location != "" {
		e.Location = &podcastLocation{p.LocationGeo, p.Location}
	}
	if p.License != "" {
		e.License = &podcastLicense{uri(p.LicenseURL), p.License}
	}
	if len(p.Chapters) > 0 {
		e.Chapters = &podloveChapterList{Namespace: "http://podlove.org/simple-chapters", Version: "1.2"}
		for _, c := range p.Chapters {
			e.Chapters.Chapters = append(e.Chapters.Chapters, podloveChapter{playTime(c.Start), c.Title, uri(c.URL), uri(c.Image)})
		}
	}
}

func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}

func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Round(time.Millisecond).Seconds(), 'f', -1, 64)
}

// playTime writes a normal play time, RFC 2326 section 3.6.
func playTime(d time.Duration) string {
	d = max(d, 0)
	return fmt.Sprintf("%02d:%02d:%02d.%03d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60, d.Milliseconds()%1000)
}

// geoRSS is where an entry's subject lies, in GeoRSS Simple.
type geoRSS struct {
	Shape     *geoElement `xml:"georss:shape"`
	Elevation *geoElement `xml:"georss:elev"`
	Name      *geoElement `xml:"georss:featureName"`
}

type geoElement struct {
	XMLName   xml.Name
	Namespace string `xml:"xmlns:georss,attr"`
	Value     string `xml:",chardata"`
}

func newGeoElement(name, value string) *geoElement {
	return &geoElement{xml.Name{Local: "georss:" + name}, "http://www.georss.org/georss", value}
}

// geoShapes are the shapes of GeoRSS Simple and how many numbers they have at
// least.
var geoShapes = map[string]int{"point": 2, "line": 4, "polygon": 8, "box": 4}

func newGeoRSS(v *view) geoRSS {
	var out geoRSS
	g := v.geo
	if g == nil {
		return out
	}
	if least := geoShapes[g.Shape]; least > 0 && len(g.Coordinates) >= least && len(g.Coordinates)%2 == 0 {
		numbers := make([]string, len(g.Coordinates))
		for i, c := range g.Coordinates {
			numbers[i] = strconv.FormatFloat(c, 'f', -1, 64)
		}
		out.Shape = newGeoElement(g.Shape, strings.Join(numbers, " "))
		if g.Elevation != 0 {
			out.Elevation = newGeoElement("elev", strconv.FormatFloat(g.Elevation, 'f', -1, 64))
		}
	}
	if g.Name != "" {
		out.Name = newGeoElement("featureName", g.Name)
	}
	return out
}

// A reply is what an entry answers, RFC 4685 section 3.
type reply struct {
	Namespace string `xml:"xmlns:thr,attr"`
	Ref       string `xml:"ref,attr"`
	URL       string `xml:"href,attr,omitempty"`
	Type      string `xml:"type,attr,omitempty"`
	Source    string `xml:"source,attr,omitempty"`
}

// setThread takes over what the item answers and where its comments are.
func (v *view) setThread(t *storage.Thread, hide concealed) {
	if t == nil {
		return
	}
	v.commentFeed = hide.address(webAddress(t.Feed))
	for _, r := range t.InReplyTo {
		r = storage.Reply{ID: hide.address(iri(r.ID)), URL: hide.address(webAddress(r.URL)), Type: mediaType(r.Type), Source: hide.address(webAddress(r.Source))}
		if r.ID == "" {
			r.ID = r.URL // the element must name something
		}
		if r.ID != "" {
			v.answers = append(v.answers, r)
		}
	}
}

func newReplies(v *view) []reply {
	var out []reply
	for _, r := range v.answers {
		out = append(out, reply{"http://purl.org/syndication/thread/1.0", r.ID, r.URL, r.Type, r.Source})
	}
	return out
}

// extensions are what an entry says in vocabularies that are the same in Atom
// and RSS.
type extensions struct {
	mediaItem
	episode
	Answers []reply `xml:"thr:in-reply-to"`
	geoRSS
}

func newExtensions(v *view, uri func(string) string) extensions {
	return extensions{newMediaItem(v, uri), newEpisode(v, uri), newReplies(v), newGeoRSS(v)}
}
