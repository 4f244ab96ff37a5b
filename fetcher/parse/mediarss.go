package parse

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// mediaOf reads Media RSS 1.5. What a group or the item says counts for each
// file that does not say it itself; what stands beside no file is a Media
// without an address.
func mediaOf(xs []extra) []Media {
	r := mediaReader{}
	r.level(xs, Media{})
	return r.out
}

type mediaReader struct {
	out    []Media
	groups int
}

// level reads one level: the item, or a group.
func (r *mediaReader) level(xs []extra, outer Media) {
	own := Media{Group: outer.Group}
	files := false
	for i := 0; i < len(xs); i++ {
		inside := 0
		switch xs[i].name {
		case "media:content":
			files = true
			inside = len(within(xs, i))
		case "media:group":
			files = true
			inside = len(within(xs, i))
		default:
			own.take(&xs[i])
		}
		i += inside
	}
	about := own
	about.inherit(&outer)
	for i := 0; i < len(xs) && len(r.out) < maxExtras; i++ {
		if !strings.HasPrefix(xs[i].name, "media:") {
			continue
		}
		in := within(xs, i)
		switch xs[i].name {
		case "media:group":
			r.groups++
			g := about
			g.Group = r.groups
			r.level(in, g)
		case "media:content":
			m := file(&xs[i])
			m.Group = outer.Group
			for j := range in {
				m.take(&in[j])
			}
			m.inherit(&about)
			r.out = append(r.out, m)
		}
		i += len(in)
	}
	if !files && !own.empty() {
		r.out = append(r.out, about)
	}
}

func file(x *extra) Media {
	a := x.attrs.get
	return Media{
		URL: a("url"), Type: strings.ToLower(a("type")), Medium: strings.ToLower(a("medium")), Language: a("lang"),
		Length: length(a("fileSize")), Width: number(a("width")), Height: number(a("height")),
		Duration: span(a("duration")), Default: yes(a("isDefault")) == "true",
	}
}

// take takes what one element says of a file.
func (m *Media) take(x *extra) {
	a := x.attrs.get
	switch x.name {
	case "media:title":
		if m.Title.Value == "" {
			m.Title = x.value
		}
	case "media:description":
		if m.Description.Value == "" {
			m.Description = x.value
		}
	case "media:thumbnail":
		if u := or(a("url"), x.value.Value); u != "" && len(m.Thumbnails) < maxExtras {
			m.Thumbnails = append(m.Thumbnails, Thumbnail{URL: u, Width: number(a("width")), Height: number(a("height"))})
		}
	case "media:credit":
		if x.value.Value != "" && len(m.Credits) < maxExtras {
			m.Credits = append(m.Credits, Credit{Role: strings.ToLower(a("role")), Name: x.value.Value})
		}
	case "media:player":
		m.Player = or(m.Player, a("url"))
	case "media:copyright":
		m.Rights = or(m.Rights, x.value.Value, a("url"))
	case "media:rating":
		m.Rating = or(m.Rating, x.value.Value)
	case "media:adult":
		if m.Rating == "" && yes(x.value.Value) == "true" {
			m.Rating = "adult"
		}
	case "media:keywords":
		for _, k := range strings.Split(x.value.Value, ",") {
			if k = strings.TrimSpace(k); k != "" && len(m.Keywords) < maxExtras {
				m.Keywords = append(m.Keywords, k)
			}
		}
	}
}

// inherit takes from outer what m does not say.
func (m *Media) inherit(outer *Media) {
	if m.Title.Value == "" {
		m.Title = outer.Title
	}
	if m.Description.Value == "" {
		m.Description = outer.Description
	}
	if len(m.Thumbnails) == 0 {
		m.Thumbnails = outer.Thumbnails
	}
	if len(m.Credits) == 0 {
		m.Credits = outer.Credits
	}
	if len(m.Keywords) == 0 {
		m.Keywords = outer.Keywords
	}
	m.Player, m.Rights, m.Rating = or(m.Player, outer.Player), or(m.Rights, outer.Rights), or(m.Rating, outer.Rating)
}

func (m *Media) empty() bool {
	return m.Title.Value == "" && m.Description.Value == "" && m.Player == "" && m.Rights == "" && m.Rating == "" &&
		len(m.Thumbnails) == 0 && len(m.Credits) == 0 && len(m.Keywords) == 0
}

// geoOf reads GeoRSS (simple and GML) and the W3C's basic geo vocabulary.
func geoOf(xs []extra) *Geo {
	var g Geo
	lat, long := "", ""
	for _, x := range xs {
		if !strings.HasPrefix(x.name, "geo:") {
			continue
		}
		v := x.value.Value
		switch shape := strings.TrimPrefix(x.name, "geo:"); shape {
		case "point", "line", "polygon", "box":
			if c := degrees(v); g.Shape == "" && len(c) >= 2 && len(c)%2 == 0 {
				g.Shape, g.Coordinates = shape, c
			}
		case "lat":
			lat = or(lat, v)
		case "long":
			long = or(long, v)
		case "elev":
			if e, err := strconv.ParseFloat(v, 64); err == nil && math.Abs(e) < 1e6 {
				g.Elevation = e
			}
		case "name":
			g.Name = or(g.Name, v)
		}
	}
	if g.Shape == "" && lat != "" && long != "" {
		if c := degrees(lat + " " + long); len(c) == 2 {
			g.Shape, g.Coordinates = "point", c
		}
	}
	if g.Shape == "" && g.Name == "" {
		return nil
	}
	return &g
}

// hints returns what the feed says about when to ask for it again.
func hints(xs []extra, ttl, period time.Duration) Hints {
	h := Hints{TTL: ttl, Period: period, Base: Date(first(xs, "sy:updatebase"))}
	for _, x := range xs {
		switch x.name {
		case "hour":
			// Some count from 1 to 24.
			if n := number(x.value.Value); n <= 24 && digits(x.value.Value) > 0 && len(h.SkipHours) < 24 {
				h.SkipHours = append(h.SkipHours, n%24)
			}
		case "day":
			for d := time.Sunday; d <= time.Saturday; d++ {
				if strings.EqualFold(x.value.Value, d.String()) && len(h.SkipDays) < 7 {
					h.SkipDays = append(h.SkipDays, d)
				}
			}
		}
	}
	return h
}
