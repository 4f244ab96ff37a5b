package main

import (
	"encoding/json"
	"testing"

	"sluice/publisher/topic"
)

// Whoever reads JSON learns too that not all places are told.
func TestFindingRowSaysThatThereAreMorePlaces(t *testing.T) {
	row := findingOf(&topic.Finding{Query: "a b", Parts: []topic.Finding{{Query: "a", Holds: true, More: 3}, {Query: "b"}}})
	got, err := json.Marshal(row)
	want := `{"query":"a b","holds":false,"parts":[{"query":"a","holds":true,"more_places":3},{"query":"b","holds":false}]}`
	if err != nil || string(got) != want {
		t.Errorf("%s (%v), want %s", got, err, want)
	}
}
