package storagetest

import (
	"reflect"
	"time"

	"sluice/storage"
)

func readingListTests() []test {
	return []test{
		{"a list's state is kept, by its address", func(w *world) {
			if lists, err := w.store.Lists(w.ctx); err != nil || len(lists) != 0 {
				w.Fatalf("Lists of a new store: %s, %v", show(lists), err)
			}
			b := storage.ListState{
				Address: "https://lists.example/b.opml", Data: []byte("<opml>\xff\x00"), Good: w.now, ETag: "\"\xe4\"", LastModified: "then",
				Read: w.now.Add(time.Hour), Next: w.now.Add(2 * time.Hour), Status: 503, Error: "it answered 503", Failures: 3,
			}
			a := storage.ListState{Address: "/etc/sluice/a.opml", Read: w.now}
			for _, l := range []storage.ListState{b, {Address: a.Address, Error: "it is not there"}, a} {
				if err := w.store.SaveList(w.ctx, l); err != nil {
					w.Fatalf("SaveList: %v", err)
				}
			}
			w.reopen()
			lists, err := w.store.Lists(w.ctx)
			if err != nil || !reflect.DeepEqual(lists, []storage.ListState{a, b}) {
				w.Errorf("Lists: %s, %v", show(lists), err)
			}
			w.verify()
		}},
	}
}
