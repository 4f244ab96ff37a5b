package parse

import "time"

// The types below are as those of the same names in package storage, with
// addresses as written and texts as received.
type (
	Media struct {
		URL, Type, Medium string
		Language          string
		Length            int64
		Width, Height     int
		Duration          time.Duration
		Default           bool
		Group             int
		Title             Text
		Description       Text
		Thumbnails        []Thumbnail
		Credits           []Credit
		Player            string
		Rights            string
		Rating            string
		Keywords          []string
	}
	Thumbnail struct {
		URL           string
		Width, Height int
	}
	Credit struct{ Role, Name string }

	ITunes struct {
		Title, Subtitle, Image string
		Duration               time.Duration
		Season, Episode        int
		Kind                   string
		Explicit               string
		Block                  bool
	}

	Podcast struct {
		Season, Episode string
		ChaptersURL     string
		ChaptersType    string
		Chapters        []Chapter
		Transcripts     []Transcript
		Persons         []Participant
		Soundbites      []Soundbite
		Location        string
		LocationGeo     string
		License         string
		LicenseURL      string
	}
	Transcript struct{ URL, Type, Language, Rel string }
	Chapter    struct {
		Start             time.Duration
		Title, URL, Image string
	}
	Participant struct{ Name, Role, Group, Image, URL string }
	Soundbite   struct {
		Start, Duration time.Duration
		Title           string
	}

	Thread struct {
		InReplyTo []Reply
		Feed      string
	}
	Reply struct{ ID, URL, Type, Source string }

	Geo struct {
		Shape       string
		Coordinates []float64
		Elevation   float64
		Name        string
	}
)

// Show is what podcast vocabularies say of a feed.
type Show struct {
	GUID       string // podcast:guid
	Kind       string // episodic or serial
	Explicit   string // true or false; empty where not said
	Owner      Person
	NewFeedURL string
	Funding    string // address
	Locked     bool
}

// Hints are what a document says about when to ask for it again.
type Hints struct {
	TTL       time.Duration
	Period    time.Duration
	Base      time.Time
	SkipHours []int // 0 to 23, UTC
	SkipDays  []time.Weekday
}
