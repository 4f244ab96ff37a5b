package main

import (
	"fmt"

	"sluice/config"
	"sluice/storage"
)

// adviceNotes say why a key of a feed is advised.
var adviceNotes = map[string]string{
	"dates":    "all its dates lie ahead, or are those of the poll",
	"timezone": "its dates name no zone and are read as UTC; write the zone that it means, such as Europe/Berlin",
	"language": "its words are of another language than it declares",
	"charset":  "it does not keep to the encoding that it declares; this one was guessed",
	"identity": "the same links come with new guids at each poll",
}

// advised leaves out what the config says already.
func advised(advice []storage.Advice, feed config.Feed) (out []storage.Advice) {
	for _, a := range advice {
		switch a.Key {
		case "dates":
			if feed.IgnoreDates {
				continue
			}
		case "timezone":
			if feed.Timezone != nil || feed.IgnoreDates {
				continue
			}
		case "language":
			if feed.Language != "" {
				continue
			}
		case "charset":
			if feed.Charset != "" {
				continue
			}
		case "identity":
			if feed.Identity != "" {
				continue
			}
		}
		out = append(out, a)
	}
	return out
}

// adviceText is a piece of advice as people read it.
func adviceText(a storage.Advice) string {
	return fmt.Sprintf("`%s: %s` may help: %s", a.Key, a.Value, adviceNotes[a.Key])
}
