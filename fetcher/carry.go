package fetcher

import (
	"strings"
	"time"

	"sluice/config"
	"sluice/fetcher/parse"
	"sluice/storage"
)

// maxCarried bounds each list of an item's media, chapters and the like.
const maxCarried = 200

// carry fills what an item says in other vocabularies: addresses made
// absolute, texts to one line.
func carry(out *storage.Item, in *parse.Item, base string) {
	out.Media = media(in.Media, base)
	out.Podcast = podcast(in.Podcast, base)
	if v := in.ITunes; v != nil {
		t := storage.ITunes(*v)
		t.Title, t.Subtitle = plain(v.Title, maxTitle), plain(v.Subtitle, maxTitle)
		t.Image, t.Kind = address(v.Image, base), plain(v.Kind, maxName)
		if t != (storage.ITunes{}) {
			out.ITunes = &t
		}
	}
	if v := in.Thread; v != nil {
		t := storage.Thread{Feed: address(v.Feed, base)}
		for _, r := range v.InReplyTo[:min(len(v.InReplyTo), maxCarried)] {
			reply := storage.Reply{ID: cut(strings.TrimSpace(r.ID), maxURL), URL: address(r.URL, base), Type: mediaType(r.Type), Source: address(r.Source, base)}
			if reply.ID != "" || reply.URL != "" {
				t.InReplyTo = append(t.InReplyTo, reply)
			}
		}
		if t.Feed != "" || t.InReplyTo != nil {
			out.Thread = &t
		}
	}
	if v := in.Geo; v != nil {
		g := storage.Geo(*v)
		g.Name = plain(v.Name, maxName)
		out.Geo = &g
	}
}

// media leaves out files whose address may not be published.
func media(in []parse.Media, base string) []storage.Media {
	var out []storage.Media
	for i := range in[:min(len(in), maxCarried)] {
		v := &in[i]
		m := storage.Media{
			URL: address(v.URL, base), Type: mediaType(v.Type), Medium: plain(v.Medium, maxName), Language: languageTag(v.Language),
			Length: v.Length, Width: v.Width, Height: v.Height, Duration: v.Duration, Default: v.Default, Group: v.Group,
			Title: prose(v.Title, base), Description: prose(v.Description, base),
			Player: address(v.Player, base), Rights: plain(v.Rights, maxName), Rating: plain(v.Rating, maxName),
		}
		for _, t := range v.Thumbnails[:min(len(v.Thumbnails), maxCarried)] {
			if u := address(t.URL, base); u != "" {
				m.Thumbnails = append(m.Thumbnails, storage.Thumbnail{URL: u, Width: t.Width, Height: t.Height})
			}
		}
		for _, c := range v.Credits[:min(len(v.Credits), maxCarried)] {
			m.Credits = append(m.Credits, storage.Credit{Role: plain(c.Role, maxName), Name: plain(c.Name, maxName)})
		}
		for _, k := range v.Keywords[:min(len(v.Keywords), maxCarried)] {
			m.Keywords = append(m.Keywords, plain(k, maxName))
		}
		if m.URL != "" || v.URL == "" && says(&m) {
			out = append(out, m)
		}
	}
	return out
}

func says(m *storage.Media) bool {
	return m.Title.Value != "" || m.Description.Value != "" || m.Player != "" || m.Rights != "" || m.Rating != "" ||
		len(m.Thumbnails)+len(m.Credits)+len(m.Keywords) > 0
}

func podcast(in *parse.Podcast, base string) *storage.Podcast {
	if in == nil {
		return nil
	}
	out := &storage.Podcast{
		Season: plain(in.Season, maxName), Episode: plain(in.Episode, maxName),
		ChaptersURL: address(in.ChaptersURL, base), ChaptersType: mediaType(in.ChaptersType),
		Location: plain(in.Location, maxName), LocationGeo: plain(in.LocationGeo, maxName),
		License: plain(in.License, maxName), LicenseURL: address(in.LicenseURL, base),
	}
	for _, c := range in.Chapters[:min(len(in.Chapters), maxCarried)] {
		out.Chapters = append(out.Chapters, storage.Chapter{Start: c.Start, Title: plain(c.Title, maxTitle), URL: address(c.URL, base), Image: address(c.Image, base)})
	}
	for _, t := range in.Transcripts[:min(len(in.Transcripts), maxCarried)] {
		if u := address(t.URL, base); u != "" {
			out.Transcripts = append(out.Transcripts, storage.Transcript{URL: u, Type: mediaType(t.Type), Language: languageTag(t.Language), Rel: plain(t.Rel, maxName)})
		}
	}
	for _, p := range in.Persons[:min(len(in.Persons), maxCarried)] {
		if name := plain(p.Name, maxName); name != "" {
			out.Persons = append(out.Persons, storage.Participant{Name: name, Role: plain(p.Role, maxName), Group: plain(p.Group, maxName),
				Image: address(p.Image, base), URL: address(p.URL, base)})
		}
	}
	for _, s := range in.Soundbites[:min(len(in.Soundbites), maxCarried)] {
		out.Soundbites = append(out.Soundbites, storage.Soundbite{Start: s.Start, Duration: s.Duration, Title: plain(s.Title, maxTitle)})
	}
	return out
}

// hintsOf keeps what a document says about when to poll it.
func hintsOf(in parse.Hints, now time.Time) storage.Hints {
	out := storage.Hints{TTL: in.TTL, Period: in.Period, Base: believe(in.Base, now)}
	for _, h := range in.SkipHours {
		out.SkipHours |= 1 << h
	}
	for _, d := range in.SkipDays {
		out.SkipDays |= 1 << d
	}
	return out
}

// hubsOf returns the hubs that may be asked. A private feed's address is told
// to none.
func hubsOf(feed config.Feed, doc *parse.Document, base string) []string {
	if feed.Private {
		return nil
	}
	var out []string
	for _, h := range doc.Hubs {
		if u := address(h, base); u != "" {
			out = append(out, u)
		}
	}
	return out
}
