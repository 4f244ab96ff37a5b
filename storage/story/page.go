package story

import "sluice/storage"

// Fill gives the item what its page says and its feed does not: date, author,
// picture, language. What the page says of the text stays in item.Extract.
func Fill(item *storage.Item) {
	x := item.Extract
	if x == nil {
		return
	}
	if item.Published.IsZero() && item.Updated.IsZero() {
		item.Published = x.Published
	}
	if len(item.Authors) == 0 {
		item.Authors = x.Authors
	}
	if item.Image == "" {
		item.Image = x.Image
	}
	if item.Language == "" {
		item.Language = x.Language
	}
}
