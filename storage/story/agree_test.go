package story

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sluice/storage"
)

// telling makes the print of an item with a link, a title and a text.
func telling(url, title, text string) storage.Print {
	return Print(&storage.Item{URL: url, Title: storage.Text{Value: title}, Content: storage.Text{Value: text}})
}

// prose makes a text of n words that shares none with one of another seed.
func prose(seed string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s%d ", seed, i)
	}
	return b.String()
}

func TestAgree(t *testing.T) {
	const link, twin, other = "https://example.org/a?utm_source=x", "http://www.example.org/a/", "https://example.org/b"
	tests := []struct {
		name string
		a, b storage.Print
		want bool
	}{
		{"other links", telling(link, "Harbour crane is back", prose("a", 50)), telling(other, "Harbour crane is back", prose("b", 50)), false},
		{"no links", telling("", "Harbour crane is back", ""), telling("", "Harbour crane is back", ""), false},
		{"a parameter more", telling(link, "Harbour crane is back", prose("a", 50)), telling(twin+"?via=board", "Update: Harbour crane is back", "Comments"), true},
		{"a parameter more, other title", telling(link, "Harbour crane is back", prose("a", 50)), telling(twin+"?page=2", "Ferries are delayed", "Comments"), false},
		{"another parameter", telling(twin+"?id=7", "Photo of the day", ""), telling(twin+"?id=8", "Photo of the day", ""), false},
		{"home page", telling("https://example.org/", "Harbour crane is back", "x"), telling("https://example.org", "Harbour crane is back", "x"), false},
		{"same title and text", telling(link, "Harbour crane is back", prose("a", 50)), telling(twin, "Harbour crane is back", prose("a", 50)), true},
		{"same text, other title", telling(link, "Harbour crane is back", prose("a", 50)), telling(twin, "Cargo moves again", prose("a", 50)), true},
		{"cut text, other title", telling(link, "Harbour crane is back", prose("a", 500)), telling(twin, "Cargo moves again", prose("a", 60)), true},
		{"teaser in other words", telling(link, "Harbour crane is back", prose("a", 900)), telling(twin, "Harbour crane is back", prose("b", 25)), true},
		{"no text", telling(link, "Harbour crane is back", prose("a", 500)), telling(twin, "Harbour crane is back in use", ""), true},
		{"no text, other title", telling(link, "Harbour crane is back", prose("a", 500)), telling(twin, "Votes are counted", ""), false},
		{"short texts, other titles", telling(link, "10:15 Talks begin", "Live."), telling(twin, "Prize for novelist", "Live."), false},
		{"nothing but the link", telling(link, "Harbour crane is back", prose("a", 500)), telling(twin, "", ""), true},
		{"a teaser without title", telling(link, "Harbour crane is back", prose("a", 500)), telling(twin, "", "Six dead in blaze"), false},
		{"the same without titles", telling(link, "", "Six dead"), telling(twin, "", "Six dead"), true},
		{"page of the day", telling(link, "Today in history: 02 March", prose("a", 90)), telling(twin, "Today in history: 03 March", prose("b", 90)), false},
		{"short page of the day", telling(link, "Puzzle 900", "Hints."), telling(twin, "Puzzle 901", "Hints."), false},
		{"corrected headline", telling(link, "Blaze kills 12", prose("a", 90)), telling(twin, "Blaze kills 15", prose("a", 90)), true},
		{"column under one title", telling(link, "Morning briefing", prose("a", 90)), telling(twin, "Morning briefing", prose("b", 90)), false},
		{"German", telling(link, "Bürgermeisterin prüft größere Brücke", ""), telling(twin, "BÜRGERMEISTERIN PRÜFT GRÖSSERE BRÜCKE", prose("a", 30)), true},
		{"Russian", telling(link, "Ёлка упала на мой дом", ""), telling(twin, "Елка упала на дом в Москве", prose("a", 30)), true},
		{"Chinese", telling(link, "北京港口起重机恢复使用", ""), telling(twin, "港口起重机在北京恢复使用", prose("a", 30)), true},
		{"Chinese, other", telling(link, "北京港口起重机恢复使用", ""), telling(twin, "作家获得今年文学奖", ""), false},
		{"Japanese", telling(link, "港のクレーンが再び稼働", ""), telling(twin, "港のクレーン、再び稼働", prose("a", 30)), true},
		{"Korean", telling(link, "항구 크레인 다시 가동", ""), telling(twin, "항구 크레인, 다시 가동", prose("a", 30)), true},
		{"Arabic", telling(link, "عودة الرافعة إلى العمل في الميناء", ""), telling(twin, "عَودة الرافعة إلى العمل", prose("a", 30)), true},
		{"another way of printing", telling(link, "A", prose("a", 50)), storage.Print{Version: 1, URL: telling(link, "A", "").URL}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			why, ok := Agree(test.a, test.b, Between{})
			if ok != test.want {
				t.Errorf("Agree = %v (%+v), want %v", ok, why, test.want)
			}
			if ok && why.Layer != "url" {
				t.Errorf("layer is %q", why.Layer)
			}
			if back, ok2 := Agree(test.b, test.a, Between{}); back != why || ok2 != ok {
				t.Errorf("the other way round: %v (%+v), not %v (%+v)", ok2, back, ok, why)
			}
		})
	}
}

func TestContained(t *testing.T) {
	long := prose("a", 3000)
	for _, test := range []struct {
		name      string
		a, b      string
		low, high float64
	}{
		{"itself", long, long, 1, 1},
		{"exact", prose("a", 100), prose("a", 50), 1, 1},
		{"half", prose("a", 1000) + prose("b", 1000), long, 0.35, 0.65},
		{"nothing", prose("b", 3000), long, 0, 0},
		{"part", prose("a", 1500), long, 1, 1},
	} {
		a, b := telling("", "", test.a), telling("", "", test.b)
		if got, seen := contained(&a, &b); got < test.low || got > test.high || seen == 0 {
			t.Errorf("%s: %.2f of %d shingles, want %.2f to %.2f", test.name, got, seen, test.low, test.high)
		}
	}
}

func TestAgreeAny(t *testing.T) {
	word := rapid.SampledFrom(strings.Fields("north korea sends shells to russia 12 13 war in the 北 京 crane"))
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) storage.Print {
			return telling("https://example.org/a", strings.Join(rapid.SliceOfN(word, 0, 6).Draw(t, name+" title"), " "),
				strings.Join(rapid.SliceOfN(word, 0, 80).Draw(t, name+" text"), " "))
		}
		a, b := draw("one"), draw("other")
		whyAB, ab := Agree(a, b, Between{})
		whyBA, ba := Agree(b, a, Between{})
		if ab != ba || whyAB != whyBA {
			t.Fatalf("Agree is %v (%+v) one way and %v (%+v) the other", ab, whyAB, ba, whyBA)
		}
		if _, ok := Agree(a, a, Between{}); !ok {
			t.Fatal("an item does not agree with itself")
		}
		if whyAB.Title < 0 || whyAB.Title > 1 || whyAB.Containment < 0 || whyAB.Containment > 1 {
			t.Fatalf("scores are out of range: %+v", whyAB)
		}
	})
}

func BenchmarkAgree(b *testing.B) {
	one, other := telling("https://example.org/a", "Harbour crane is back", prose("a", 700)), telling("https://example.org/a", "Crane of harbour back", prose("a", 500))
	b.ReportAllocs()
	for b.Loop() {
		Agree(one, other, Between{})
	}
}
