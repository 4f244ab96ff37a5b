package storagetest

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"sluice/storage"
	"sluice/storage/story"
)

// hash makes a key of some parts. The store never makes keys of identities, so
// any hash serves.
func hash(parts ...string) [16]byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return [16]byte(sum[:16])
}

func key(parts ...string) storage.Key { return storage.Key(hash(parts...)) }

// article is what feed says of article n: a guid that is no IRI, a link that
// all tellings of the article share, and a title and text of its own.
func article(feed string, n int) storage.Item {
	item := storage.Item{
		Feed:     feed,
		GUID:     fmt.Sprintf("%s-%d", feed, n),
		URL:      fmt.Sprintf("https://news.example/%d", n),
		Language: "en",
		Authors:  []storage.Person{{Name: "A. Writer"}},
		Origin:   storage.Origin{ID: "https://" + feed + ".example/", Title: feed, Self: feedURL(feed)},
	}
	item.Identity = storage.Identity{Kind: storage.ByGUID, Key: key("guid", item.GUID)}
	return write(item, fmt.Sprintf("article %d", n), 1)
}

// articles gives the articles from first to last of a feed, in this order.
func articles(feed string, first, last int) []storage.Item {
	list := make([]storage.Item, 0, last-first+1)
	for n := first; n <= last; n++ {
		list = append(list, article(feed, n))
	}
	return list
}

// write gives the item the title and a text of a subject. All versions of a
// subject share the title, so under one link they agree.
func write(item storage.Item, subject string, version int) storage.Item {
	item.Title = storage.Text{Value: subject}
	item.Content = storage.Text{Value: fmt.Sprintf("<p>%s, version %d</p>", subject, version), HTML: true}
	return printed(item)
}

// essay gives the item a title and a text of 40 words that occur under this
// subject only, so that it agrees with no other subject, even under one link.
func essay(item storage.Item, subject string) storage.Item {
	list := make([]string, 48)
	for i := range list {
		list[i] = "w" + key("word", subject, fmt.Sprint(i)).String()[:10]
	}
	item.Title = storage.Text{Value: strings.Join(list[:8], " ")}
	item.Content = storage.Text{Value: strings.Join(list[8:], " ")}
	return printed(item)
}

// printed makes the item's print, as the fetcher does. A store may make prints
// again from what it stored, so no other would do.
func printed(item storage.Item) storage.Item {
	item.Print = story.Print(&item)
	return item
}

// link gives the item another address.
func link(item storage.Item, url string) storage.Item {
	item.URL = url
	return printed(item)
}

// guid gives the item another guid.
func guid(item storage.Item, text string) storage.Item {
	item.GUID = text
	item.Identity = storage.Identity{Kind: storage.ByGUID, Key: key("guid", text)}
	return item
}

// dated gives the item a date of publication.
func dated(item storage.Item, published time.Time) storage.Item {
	item.Published = published
	return item
}

// tagged gives the item categories. The suite's topics take items by category:
// see world.classify.
func tagged(item storage.Item, terms ...string) storage.Item {
	item.Categories = nil
	for _, term := range terms {
		item.Categories = append(item.Categories, storage.Category{Term: term})
	}
	return item
}

// taggedAll does so for a list.
func taggedAll(items []storage.Item, terms ...string) []storage.Item {
	for i := range items {
		items[i] = tagged(items[i], terms...)
	}
	return items
}

// feedURL is the address of a feed of that name.
func feedURL(name string) string { return "https://" + name + ".example/feed.xml" }
