package parse

import (
	"bytes"
	"strings"

	"github.com/mmcdole/gofeed/json"
)

// fromJSON reads JSON Feed 1.0 and 1.1. What does not have the type that the
// format demands is coerced or left out before gofeed sees it.
func fromJSON(text string) (*Document, error) {
	repaired, err := repairJSON(text)
	if err != nil {
		return nil, err
	}
	feed, err := (&json.Parser{}).Parse(bytes.NewReader(repaired.json))
	if err != nil {
		return nil, failf("a JSON Feed that can't be read: %v", err)
	}
	doc := &Document{
		Format:    "json",
		Version:   version(feed.Version),
		Title:     jsonText("text", feed.Title),
		Subtitle:  jsonText("text", feed.Description),
		Self:      feed.FeedURL,
		Home:      feed.HomePageURL,
		Hubs:      repaired.hubs,
		Language:  feed.Language,
		Image:     or(feed.Icon, feed.Favicon),
		Icon:      feed.Favicon,
		Logo:      feed.Icon,
		Warnings:  repaired.warnings,
		Truncated: repaired.truncated,
	}
	if feed.NextURL != "" {
		doc.Links = append(doc.Links, Link{URL: feed.NextURL, Rel: "next"})
	}
	for _, x := range feed.Items {
		if x == nil {
			doc.Dropped++
			continue
		}
		doc.add(jsonItem(x, feed))
	}
	return doc, nil
}

// version takes the number from the address that names the format.
func version(address string) string {
	v := strings.TrimRight(address, "/")
	v = v[strings.LastIndexByte(v, '/')+1:]
	if v == "1" {
		return "1.0"
	}
	return v
}

func jsonItem(x *json.Item, feed *json.Feed) Item {
	it := Item{
		GUID:      x.ID,
		Link:      or(strings.TrimSpace(x.URL), strings.TrimSpace(x.ExternalURL)),
		Language:  x.Language,
		Published: Date(x.DatePublished),
		Updated:   Date(x.DateModified),
		Image:     or(x.Image, x.BannerImage),
		Title:     jsonText("text", x.Title),
		Summary:   jsonText("text", x.Summary),
		Content:   jsonText("html", x.ContentHTML),
	}
	if it.Content.Value == "" {
		it.Content = jsonText("text", x.ContentText)
	}
	if it.Link == "" && isWeb(x.ID) {
		it.Link = x.ID
	}
	if x.URL != "" && x.ExternalURL != "" {
		it.link(Link{URL: x.ExternalURL, Rel: "related"})
	}
	var authors people
	for _, from := range [][]*json.Author{x.Authors, {x.Author}, feed.Authors, {feed.Author}} {
		for _, a := range from {
			if a != nil && len(authors) < maxPeople {
				authors.add(Person{Name: a.Name, URI: a.URL})
			}
		}
		if len(authors) > 0 {
			break
		}
	}
	it.Authors = authors
	for _, tag := range x.Tags {
		it.categorise(Category{Term: tag})
	}
	if x.Attachments != nil {
		for _, a := range *x.Attachments {
			it.enclose(Enclosure{URL: a.URL, Type: a.MimeType, Length: max(a.SizeInBytes, 0)})
		}
	}
	return it
}

func jsonText(kind, value string) Text {
	if value = strings.TrimSpace(value); value == "" {
		return Text{}
	}
	if len(value) > maxProse {
		value = strings.ToValidUTF8(value[:maxProse], "")
	}
	return Text{Type: kind, Value: value}
}
