package storage

import "time"

// A Media is one file of an item as Media RSS tells of it (media:content), or,
// where it has no URL, what the item says of all its files. Files of one Group
// are the same thing in other forms; 0 is no group.
type Media struct {
	URL, Type, Medium string // Medium is image, audio, video, document or executable
	Language          string
	Length            int64 // bytes, 0 where not known
	Width, Height     int   // pixels, 0 where not known
	Duration          time.Duration
	Default           bool // the one of its group to show
	Group             int
	Title             Text
	Description       Text
	Thumbnails        []Thumbnail
	Credits           []Credit
	Player            string // address of a page that plays it
	Rights            string
	Rating            string
	Keywords          []string
}

// Thumbnail is a picture that stands for a file or an item. Width and Height
// are in pixels, 0 where not known.
type Thumbnail struct {
	URL           string
	Width, Height int
}

// Credit says who did what for a file; Role may be empty.
type Credit struct{ Role, Name string }

// ITunes is what Apple's podcast vocabulary says of an episode. Numbers are 0
// where not given.
type ITunes struct {
	Title, Subtitle, Image string
	Duration               time.Duration
	Season, Episode        int
	Kind                   string // full, trailer or bonus
	Explicit               string // true or false; empty where not said
	Block                  bool
}

// Podcast is what Podcasting 2.0 says of an episode, and its inline chapters by
// Podlove's vocabulary.
type Podcast struct {
	Season, Episode string // the names that are shown instead of the numbers
	ChaptersURL     string // a file of chapters and its media type
	ChaptersType    string
	Chapters        []Chapter
	Transcripts     []Transcript
	Persons         []Participant
	Soundbites      []Soundbite
	Location        string
	LocationGeo     string // a geo: URI (RFC 5870)
	License         string
	LicenseURL      string
}

// Transcript is the text of an episode. Rel is "captions" where it has times.
type Transcript struct{ URL, Type, Language, Rel string }

// Chapter is a part of an episode from Start on.
type Chapter struct {
	Start             time.Duration
	Title, URL, Image string
}

// Participant is someone who takes part in an episode.
type Participant struct{ Name, Role, Group, Image, URL string }

// Soundbite is a part of an episode worth hearing by itself.
type Soundbite struct {
	Start, Duration time.Duration
	Title           string
}

// Thread places an item in a discussion (RFC 4685).
type Thread struct {
	InReplyTo []Reply
	Feed      string // address of the feed of its comments
}

// Reply names what an item answers. ID is the other's atom:id.
type Reply struct{ ID, URL, Type, Source string }

// Geo is a place, in degrees of WGS 84: pairs of latitude and longitude, in
// the order in which they were given. Shape is point, line, polygon or box
// (lower and upper corner).
type Geo struct {
	Shape       string
	Coordinates []float64
	Elevation   float64 // metres
	Name        string
}

// Hints are what a feed's document says about when to poll it. They are advice.
type Hints struct {
	TTL       time.Duration // RSS ttl
	Period    time.Duration // sy:updatePeriod by sy:updateFrequency
	Base      time.Time     // sy:updateBase
	SkipHours uint32        // bit n: not in hour n, UTC
	SkipDays  uint8         // bit n: not on day n, Sunday is 0, UTC
}
