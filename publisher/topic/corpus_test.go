package topic

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"sluice/storage"
)

// corpus reads items of the labelled collection, which lies beside the
// repository; without it the test is passed over.
func corpus(t testing.TB, path, language string) []*storage.Item {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "corpus", path))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the collection is not here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var items []*storage.Item
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var row struct{ Title, HTML string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		items = append(items, &storage.Item{
			Language: language, Title: storage.Text{Value: row.Title},
			Content: storage.Text{Value: row.HTML, HTML: true},
		})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return items
}
