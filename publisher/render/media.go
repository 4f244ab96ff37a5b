package render

import (
	"slices"
	"strconv"
	"strings"

	"sluice/storage"
)

// mediaItem is what an entry says of its files in Media RSS 1.5.
type mediaItem struct {
	Groups []mediaGroup   `xml:"media:group"`
	Files  []mediaContent `xml:"media:content"`
	mediaAbout
}

// A mediaGroup holds the same thing in several forms.
type mediaGroup struct {
	Files []mediaContent `xml:"media:content"`
	mediaAbout
}

type mediaContent struct {
	URL      string `xml:"url,attr"`
	Size     string `xml:"fileSize,attr,omitempty"`
	Type     string `xml:"type,attr,omitempty"`
	Medium   string `xml:"medium,attr,omitempty"`
	Default  string `xml:"isDefault,attr,omitempty"`
	Duration string `xml:"duration,attr,omitempty"`
	Height   string `xml:"height,attr,omitempty"`
	Width    string `xml:"width,attr,omitempty"`
	Language string `xml:"lang,attr,omitempty"`
	mediaAbout
}

// mediaAbout is what may be said of a file, of a group or of all files.
type mediaAbout struct {
	Rating      string           `xml:"media:rating,omitempty"`
	MediaTitle  *mediaText       `xml:"media:title"`
	About       *mediaText       `xml:"media:description"`
	Keywords    string           `xml:"media:keywords,omitempty"`
	Thumbnails  []mediaThumbnail `xml:"media:thumbnail"`
	Credits     []mediaCredit    `xml:"media:credit"`
	MediaRights string           `xml:"media:copyright,omitempty"`
	Player      *mediaPlayer     `xml:"media:player"`
}

type mediaText struct {
	Type  string `xml:"type,attr"`
	Value string `xml:",chardata"`
}

type mediaThumbnail struct {
	URL    string `xml:"url,attr"`
	Width  string `xml:"width,attr,omitempty"`
	Height string `xml:"height,attr,omitempty"`
}

type mediaCredit struct {
	Role string `xml:"role,attr,omitempty"`
	Name string `xml:",chardata"`
}

type mediaPlayer struct {
	URL string `xml:"url,attr"`
}

// setMedia takes over what the item says of its files, fit to be written.
func (v *view) setMedia(in []storage.Media, hide concealed) {
	for _, m := range in {
		named := m.URL != ""
		m.URL = hide.address(webAddress(m.URL))
		if named && m.URL == "" {
			continue
		}
		m.Type, m.Language = mediaType(m.Type), language(m.Language)
		if !slices.Contains(mediums, m.Medium) {
			m.Medium = ""
		}
		if m.Rating = line(m.Rating); m.Rating != "adult" && m.Rating != "nonadult" {
			m.Rating = "" // not of the default scheme, and no other is known
		}
		if m.Title = hide.text(m.Title); m.Title.HTML {
			m.Title = storage.Text{Value: plain(m.Title.Value)}
		}
		m.Title.Value = line(m.Title.Value)
		m.Description = hide.text(m.Description)
		m.Player, m.Rights = hide.address(webAddress(m.Player)), line(hide.string(m.Rights))
		m.Keywords = lines(m.Keywords, hide)
		m.Thumbnails = thumbnails(m.Thumbnails, hide)
		m.Credits = credits(m.Credits, hide)
		v.media = append(v.media, m)
	}
}

var mediums = []string{"image", "audio", "video", "document", "executable"}

func lines(in []string, hide concealed) []string {
	var out []string
	for _, s := range in {
		if s = line(hide.string(s)); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func thumbnails(in []storage.Thumbnail, hide concealed) []storage.Thumbnail {
	var out []storage.Thumbnail
	for _, t := range in {
		if t.URL = hide.address(webAddress(t.URL)); t.URL != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// credits drops the roles that the vocabulary does not know.
func credits(in []storage.Credit, hide concealed) []storage.Credit {
	var out []storage.Credit
	for _, c := range in {
		if c.Name = line(hide.string(c.Name)); c.Name == "" {
			continue
		}
		if !slices.Contains(creditRoles, c.Role) {
			c.Role = ""
		}
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// creditRoles are those of the European Broadcasting Union, which a credit's
// role is of where no scheme is named.
var creditRoles = []string{
	"actor", "anchor person", "author", "choreographer", "composer", "conductor", "director", "editor",
	"graphic designer", "grip", "illustrator", "lyricist", "music arranger", "music group", "musician",
	"orchestra", "performer", "photographer", "producer", "reporter", "vocalist",
}

// newMediaItem writes the view's files, those of a group together. What all
// say alike is said once, above them. With uri, addresses are mapped to ASCII.
func newMediaItem(v *view, uri func(string) string) mediaItem {
	var out mediaItem
	files := slices.Clone(v.media)
	common := shared(files)
	for i := 0; i < len(files); {
		end := i + 1
		for files[i].Group != 0 && end < len(files) && files[end].Group == files[i].Group {
			end++
		}
		if members := files[i:end]; len(members) == 1 {
			if members[0].URL != "" {
				out.Files = append(out.Files, newMediaContent(&members[0], uri))
			}
		} else {
			about := shared(members)
			g := mediaGroup{mediaAbout: newMediaAbout(&about, uri)}
			for j := range members {
				g.Files = append(g.Files, newMediaContent(&members[j], uri))
			}
			out.Groups = append(out.Groups, g)
		}
		i = end
	}
	if v.image != "" && !slices.ContainsFunc(common.Thumbnails, func(t storage.Thumbnail) bool { return t.URL == v.image }) {
		common.Thumbnails = slices.Insert(slices.Clone(common.Thumbnails), 0, storage.Thumbnail{URL: v.image})
	}
	out.mediaAbout = newMediaAbout(&common, uri)
	return out
}

func newMediaContent(m *storage.Media, uri func(string) string) mediaContent {
	c := mediaContent{
		URL: uri(m.URL), Size: size(m.Length), Type: m.Type, Medium: m.Medium, Language: m.Language,
		Duration: size(int64(m.Duration.Seconds())), Height: size(int64(m.Height)), Width: size(int64(m.Width)),
		mediaAbout: newMediaAbout(m, uri),
	}
	if m.Default {
		c.Default = "true"
	}
	return c
}

func newMediaAbout(m *storage.Media, uri func(string) string) mediaAbout {
	out := mediaAbout{
		Rating: m.Rating, MediaRights: m.Rights, Keywords: strings.Join(m.Keywords, ", "),
		MediaTitle: newMediaText(m.Title), About: newMediaText(m.Description),
	}
	for _, t := range m.Thumbnails {
		out.Thumbnails = append(out.Thumbnails, mediaThumbnail{uri(t.URL), size(int64(t.Width)), size(int64(t.Height))})
	}
	for _, c := range m.Credits {
		out.Credits = append(out.Credits, mediaCredit(c))
	}
	if m.Player != "" {
		out.Player = &mediaPlayer{uri(m.Player)}
	}
	return out
}

func newMediaText(t storage.Text) *mediaText {
	switch {
	case t.Value == "":
		return nil
	case t.HTML:
		return &mediaText{"html", t.Value}
	}
	return &mediaText{"plain", t.Value}
}

// shared takes out of the files what all of them say alike, and returns it.
func shared(files []storage.Media) (common storage.Media) {
	if len(files) == 0 {
		return common
	}
	common = files[0]
	for i := range files[1:] {
		m := &files[i+1]
		common.Title = alike(common.Title, m.Title)
		common.Description = alike(common.Description, m.Description)
		common.Player, common.Rights, common.Rating = alike(common.Player, m.Player), alike(common.Rights, m.Rights), alike(common.Rating, m.Rating)
		common.Thumbnails = allAlike(common.Thumbnails, m.Thumbnails)
		common.Credits = allAlike(common.Credits, m.Credits)
		common.Keywords = allAlike(common.Keywords, m.Keywords)
	}
	for i := range files {
		m := &files[i]
		m.Title, m.Description = without(m.Title, common.Title), without(m.Description, common.Description)
		m.Player, m.Rights, m.Rating = without(m.Player, common.Player), without(m.Rights, common.Rights), without(m.Rating, common.Rating)
		if common.Thumbnails != nil {
			m.Thumbnails = nil
		}
		if common.Credits != nil {
			m.Credits = nil
		}
		if common.Keywords != nil {
			m.Keywords = nil
		}
	}
	return common
}

// alike returns what a and b both are, else the zero value.
func alike[T comparable](a, b T) (out T) {
	if a == b {
		return a
	}
	return out
}

func allAlike[T comparable](a, b []T) []T {
	if slices.Equal(a, b) {
		return a
	}
	return nil
}

// without returns own, or the zero value if it is what is said above.
func without[T comparable](own, above T) (out T) {
	if own == above {
		return out
	}
	return own
}

func size(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
