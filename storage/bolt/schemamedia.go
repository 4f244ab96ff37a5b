package bolt

import "time"

// The records of the vocabularies that items carry besides their own; see the
// types of the same names in package storage. Durations are in nanoseconds.
// Fields stand in the order of those types, so that one converts to the other.

type hintsRecord struct {
	TTL       time.Duration `cbor:"1,keyasint,omitempty"`
	Period    time.Duration `cbor:"2,keyasint,omitempty"`
	Base      micros        `cbor:"3,keyasint,omitempty"`
	SkipHours uint32        `cbor:"4,keyasint,omitempty"`
	SkipDays  uint8         `cbor:"5,keyasint,omitempty"`
}

type textRecord struct {
	Value string `cbor:"1,keyasint,omitempty"`
	HTML  bool   `cbor:"2,keyasint,omitempty"`
}

type mediaRecord struct {
	URL         string            `cbor:"1,keyasint,omitempty"`
	Type        string            `cbor:"2,keyasint,omitempty"`
	Medium      string            `cbor:"3,keyasint,omitempty"`
	Language    string            `cbor:"4,keyasint,omitempty"`
	Length      int64             `cbor:"5,keyasint,omitempty"`
	Width       int               `cbor:"6,keyasint,omitempty"`
	Height      int               `cbor:"7,keyasint,omitempty"`
	Duration    time.Duration     `cbor:"8,keyasint,omitempty"`
	Default     bool              `cbor:"9,keyasint,omitempty"`
	Group       int               `cbor:"10,keyasint,omitempty"`
	Title       textRecord        `cbor:"11,keyasint,omitzero"`
	Description textRecord        `cbor:"12,keyasint,omitzero"`
	Thumbnails  []thumbnailRecord `cbor:"13,keyasint,omitempty"`
	Credits     []creditRecord    `cbor:"14,keyasint,omitempty"`
	Player      string            `cbor:"15,keyasint,omitempty"`
	Rights      string            `cbor:"16,keyasint,omitempty"`
	Rating      string            `cbor:"17,keyasint,omitempty"`
	Keywords    []string          `cbor:"18,keyasint,omitempty"`
}

type thumbnailRecord struct {
	URL    string `cbor:"1,keyasint,omitempty"`
	Width  int    `cbor:"2,keyasint,omitempty"`
	Height int    `cbor:"3,keyasint,omitempty"`
}

type creditRecord struct {
	Role string `cbor:"1,keyasint,omitempty"`
	Name string `cbor:"2,keyasint,omitempty"`
}

type itunesRecord struct {
	Title    string        `cbor:"1,keyasint,omitempty"`
	Subtitle string        `cbor:"2,keyasint,omitempty"`
	Image    string        `cbor:"3,keyasint,omitempty"`
	Duration time.Duration `cbor:"4,keyasint,omitempty"`
	Season   int           `cbor:"5,keyasint,omitempty"`
	Episode  int           `cbor:"6,keyasint,omitempty"`
	Kind     string        `cbor:"7,keyasint,omitempty"`
	Explicit string        `cbor:"8,keyasint,omitempty"`
	Block    bool          `cbor:"9,keyasint,omitempty"`
}

type podcastRecord struct {
	Season       string              `cbor:"1,keyasint,omitempty"`
	Episode      string              `cbor:"2,keyasint,omitempty"`
	ChaptersURL  string              `cbor:"3,keyasint,omitempty"`
	ChaptersType string              `cbor:"4,keyasint,omitempty"`
	Chapters     []chapterRecord     `cbor:"5,keyasint,omitempty"`
	Transcripts  []transcriptRecord  `cbor:"6,keyasint,omitempty"`
	Persons      []participantRecord `cbor:"7,keyasint,omitempty"`
	Soundbites   []soundbiteRecord   `cbor:"8,keyasint,omitempty"`
	Location     string              `cbor:"9,keyasint,omitempty"`
	LocationGeo  string              `cbor:"10,keyasint,omitempty"`
	License      string              `cbor:"11,keyasint,omitempty"`
	LicenseURL   string              `cbor:"12,keyasint,omitempty"`
}

type transcriptRecord struct {
	URL      string `cbor:"1,keyasint,omitempty"`
	Type     string `cbor:"2,keyasint,omitempty"`
	Language string `cbor:"3,keyasint,omitempty"`
	Rel      string `cbor:"4,keyasint,omitempty"`
}

type chapterRecord struct {
	Start time.Duration `cbor:"1,keyasint,omitempty"`
	Title string        `cbor:"2,keyasint,omitempty"`
	URL   string        `cbor:"3,keyasint,omitempty"`
	Image string        `cbor:"4,keyasint,omitempty"`
}

type participantRecord struct {
	Name  string `cbor:"1,keyasint,omitempty"`
	Role  string `cbor:"2,keyasint,omitempty"`
	Group string `cbor:"3,keyasint,omitempty"`
	Image string `cbor:"4,keyasint,omitempty"`
	URL   string `cbor:"5,keyasint,omitempty"`
}

type soundbiteRecord struct {
	Start    time.Duration `cbor:"1,keyasint,omitempty"`
	Duration time.Duration `cbor:"2,keyasint,omitempty"`
	Title    string        `cbor:"3,keyasint,omitempty"`
}

type threadRecord struct {
	InReplyTo []replyRecord `cbor:"1,keyasint,omitempty"`
	Feed      string        `cbor:"2,keyasint,omitempty"`
}

type replyRecord struct {
	ID     string `cbor:"1,keyasint,omitempty"`
	URL    string `cbor:"2,keyasint,omitempty"`
	Type   string `cbor:"3,keyasint,omitempty"`
	Source string `cbor:"4,keyasint,omitempty"`
}

type geoRecord struct {
	Shape       string    `cbor:"1,keyasint,omitempty"`
	Coordinates []float64 `cbor:"2,keyasint,omitempty"`
	Elevation   float64   `cbor:"3,keyasint,omitempty"`
	Name        string    `cbor:"4,keyasint,omitempty"`
}
