package bolt

import "sluice/storage"

// convert returns the elements of in as another type.
func convert[A, B any](in []A, to func(A) B) []B {
	if len(in) == 0 {
		return nil
	}
	out := make([]B, len(in))
	for i, v := range in {
		out[i] = to(v)
	}
	return out
}

func mediaRecordOf(m storage.Media) mediaRecord {
	return mediaRecord{
		URL: m.URL, Type: m.Type, Medium: m.Medium, Language: m.Language, Length: m.Length,
		Width: m.Width, Height: m.Height, Duration: m.Duration, Default: m.Default, Group: m.Group,
		Title: textRecord(m.Title), Description: textRecord(m.Description),
		Thumbnails: convert(m.Thumbnails, func(v storage.Thumbnail) thumbnailRecord { return thumbnailRecord(v) }),
		Credits:    convert(m.Credits, func(v storage.Credit) creditRecord { return creditRecord(v) }),
		Player:     m.Player, Rights: m.Rights, Rating: m.Rating, Keywords: m.Keywords,
	}
}

func (m mediaRecord) media() storage.Media {
	return storage.Media{
		URL: m.URL, Type: m.Type, Medium: m.Medium, Language: m.Language, Length: m.Length,
		Width: m.Width, Height: m.Height, Duration: m.Duration, Default: m.Default, Group: m.Group,
		Title: storage.Text(m.Title), Description: storage.Text(m.Description),
		Thumbnails: convert(m.Thumbnails, func(v thumbnailRecord) storage.Thumbnail { return storage.Thumbnail(v) }),
		Credits:    convert(m.Credits, func(v creditRecord) storage.Credit { return storage.Credit(v) }),
		Player:     m.Player, Rights: m.Rights, Rating: m.Rating, Keywords: m.Keywords,
	}
}

func podcastRecordOf(p *storage.Podcast) *podcastRecord {
	if p == nil {
		return nil
	}
	return &podcastRecord{
		Season: p.Season, Episode: p.Episode, ChaptersURL: p.ChaptersURL, ChaptersType: p.ChaptersType,
		Chapters:    convert(p.Chapters, func(v storage.Chapter) chapterRecord { return chapterRecord(v) }),
		Transcripts: convert(p.Transcripts, func(v storage.Transcript) transcriptRecord { return transcriptRecord(v) }),
		Persons:     convert(p.Persons, func(v storage.Participant) participantRecord { return participantRecord(v) }),
		Soundbites:  convert(p.Soundbites, func(v storage.Soundbite) soundbiteRecord { return soundbiteRecord(v) }),
		Location:    p.Location, LocationGeo: p.LocationGeo, License: p.License, LicenseURL: p.LicenseURL,
	}
}

func (p *podcastRecord) podcast() *storage.Podcast {
	if p == nil {
		return nil
	}
	return &storage.Podcast{
		Season: p.Season, Episode: p.Episode, ChaptersURL: p.ChaptersURL, ChaptersType: p.ChaptersType,
		Chapters:    convert(p.Chapters, func(v chapterRecord) storage.Chapter { return storage.Chapter(v) }),
		Transcripts: convert(p.Transcripts, func(v transcriptRecord) storage.Transcript { return storage.Transcript(v) }),
		Persons:     convert(p.Persons, func(v participantRecord) storage.Participant { return storage.Participant(v) }),
		Soundbites:  convert(p.Soundbites, func(v soundbiteRecord) storage.Soundbite { return storage.Soundbite(v) }),
		Location:    p.Location, LocationGeo: p.LocationGeo, License: p.License, LicenseURL: p.LicenseURL,
	}
}

// takeMedia puts an item's other vocabularies into its record.
func (b *bodyRecord) takeMedia(item *storage.Item) {
	b.Media = convert(item.Media, mediaRecordOf)
	b.Podcast = podcastRecordOf(item.Podcast)
	if item.ITunes != nil {
		r := itunesRecord(*item.ITunes)
		b.ITunes = &r
	}
	if item.Thread != nil {
		b.Thread = &threadRecord{
			InReplyTo: convert(item.Thread.InReplyTo, func(v storage.Reply) replyRecord { return replyRecord(v) }),
			Feed:      item.Thread.Feed,
		}
	}
	if item.Geo != nil {
		r := geoRecord(*item.Geo)
		b.Geo = &r
	}
}

// fillMedia is the way back.
func (b *bodyRecord) fillMedia(item *storage.Item) {
	item.Media = convert(b.Media, mediaRecord.media)
	item.Podcast = b.Podcast.podcast()
	if b.ITunes != nil {
		v := storage.ITunes(*b.ITunes)
		item.ITunes = &v
	}
	if b.Thread != nil {
		item.Thread = &storage.Thread{
			InReplyTo: convert(b.Thread.InReplyTo, func(v replyRecord) storage.Reply { return storage.Reply(v) }),
			Feed:      b.Thread.Feed,
		}
	}
	if b.Geo != nil {
		v := storage.Geo(*b.Geo)
		item.Geo = &v
	}
}

func hintsRecordOf(h storage.Hints) hintsRecord {
	return hintsRecord{TTL: h.TTL, Period: h.Period, Base: toMicros(h.Base), SkipHours: h.SkipHours, SkipDays: h.SkipDays}
}

func (h hintsRecord) hints() storage.Hints {
	return storage.Hints{TTL: h.TTL, Period: h.Period, Base: h.Base.time(), SkipHours: h.SkipHours, SkipDays: h.SkipDays}
}
