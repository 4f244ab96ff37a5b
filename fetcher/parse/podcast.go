package parse

import "strings"

// maxExtras bounds each list of what an item carries in other vocabularies.
const maxExtras = 500

// carry fills what an item says in vocabularies that gofeed has no structs for.
func (it *Item) carry(xs []extra) {
	if len(xs) == 0 {
		return
	}
	it.Media = mediaOf(xs)
	it.ITunes = itunesOf(xs)
	it.Podcast = podcastOf(xs)
	it.Thread = threadOf(xs)
	it.Geo = geoOf(xs)
	it.Comments = or(it.Comments, first(xs, "wfw:comment"))
	for _, x := range xs {
		switch x.name {
		case "license":
			it.link(Link{URL: or(x.attrs.get("rdf:resource"), x.value.Value), Rel: "license"})
		case "itunes:keywords":
			for _, k := range strings.Split(x.value.Value, ",") {
				it.categorise(Category{Term: k})
			}
		case "itunes:category":
			it.categorise(Category{Term: x.attrs.get("text"), Scheme: itunesScheme})
		case "media:category":
			it.categorise(Category{Term: or(x.value.Value, x.attrs.get("label")), Scheme: x.attrs.get("scheme"), Label: x.attrs.get("label")})
		}
	}
}

// itunesScheme is the namespace of Apple's categories.
const itunesScheme = "http://www.itunes.com/"

func itunesOf(xs []extra) *ITunes {
	v := ITunes{
		Title:    first(xs, "itunes:title"),
		Subtitle: first(xs, "itunes:subtitle"),
		Image:    or(firstOf(xs, "itunes:image", "href"), firstOf(xs, "itunes:image", "url"), first(xs, "itunes:image")),
		Duration: span(first(xs, "itunes:duration")),
		Season:   number(first(xs, "itunes:season")),
		Episode:  number(first(xs, "itunes:episode")),
		Kind:     strings.ToLower(first(xs, "itunes:episodetype")),
		Explicit: yes(first(xs, "itunes:explicit")),
		Block:    yes(first(xs, "itunes:block")) == "true",
	}
	if v.Season == 0 {
		v.Season = number(first(xs, "podcast:season"))
	}
	if v.Episode == 0 {
		v.Episode = number(first(xs, "podcast:episode"))
	}
	if v == (ITunes{}) {
		return nil
	}
	return &v
}

func podcastOf(xs []extra) *Podcast {
	v, given := Podcast{}, false
	for _, x := range xs {
		if !strings.HasPrefix(x.name, "podcast:") && x.name != "psc:chapter" || len(v.Chapters)+len(v.Transcripts)+len(v.Persons)+len(v.Soundbites) > maxExtras {
			continue
		}
		given = true
		a := x.attrs.get
		switch x.name {
		case "podcast:season":
			v.Season = a("name")
		case "podcast:episode":
			v.Episode = a("display")
		case "podcast:chapters":
			v.ChaptersURL, v.ChaptersType = a("url"), a("type")
		case "psc:chapter":
			v.Chapters = append(v.Chapters, Chapter{Start: span(a("start")), Title: a("title"), URL: a("href"), Image: a("image")})
		case "podcast:transcript":
			v.Transcripts = append(v.Transcripts, Transcript{URL: a("url"), Type: a("type"), Language: a("language"), Rel: a("rel")})
		case "podcast:person":
			v.Persons = append(v.Persons, Participant{Name: x.value.Value, Role: a("role"), Group: a("group"), Image: a("img"), URL: a("href")})
		case "podcast:soundbite":
			v.Soundbites = append(v.Soundbites, Soundbite{Start: span(a("startTime")), Duration: span(a("duration")), Title: x.value.Value})
		case "podcast:location":
			v.Location, v.LocationGeo = x.value.Value, a("geo")
		case "podcast:license":
			v.License, v.LicenseURL = x.value.Value, a("url")
		}
	}
	if !given {
		return nil
	}
	return &v
}

func threadOf(xs []extra) *Thread {
	v := Thread{Feed: first(xs, "wfw:commentrss")}
	for _, x := range xs {
		if a := x.attrs.get; x.name == "thr:in-reply-to" && len(v.InReplyTo) < maxExtras {
			v.InReplyTo = append(v.InReplyTo, Reply{ID: or(a("ref"), a("idref")), URL: a("href"), Type: a("type"), Source: a("source")})
		}
	}
	if v.Feed == "" && v.InReplyTo == nil {
		return nil
	}
	return &v
}

// show returns what podcast vocabularies say of the feed.
func show(xs []extra) *Show {
	v := Show{
		GUID:       first(xs, "podcast:guid"),
		Kind:       strings.ToLower(first(xs, "itunes:type")),
		Explicit:   yes(first(xs, "itunes:explicit")),
		NewFeedURL: first(xs, "itunes:new-feed-url"),
		Funding:    firstOf(xs, "podcast:funding", "url"),
		Locked:     yes(first(xs, "podcast:locked")) == "true",
	}
	for i, x := range xs {
		if x.name == "itunes:owner" {
			in := within(xs, i)
			v.Owner = Person{Name: first(in, "itunes:name"), Mail: mail(first(in, "itunes:email"))}
			break
		}
	}
	if v == (Show{}) {
		return nil
	}
	return &v
}
