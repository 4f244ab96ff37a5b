package topic

import (
	"strings"
	"testing"
	"time"

	"sluice/storage"
)

func item(language, title, text string) *storage.Item {
	return &storage.Item{
		Language: language,
		Title:    storage.Text{Value: title},
		Content:  storage.Text{Value: text},
	}
}

func mustParse(t testing.TB, query string) *Query {
	t.Helper()
	q, err := ParseQuery(query)
	if err != nil {
		t.Fatalf("ParseQuery(%q):\n%v", query, err)
	}
	return q
}

func TestMatchWords(t *testing.T) {
	tests := []struct {
		language, query, text string
		want                  bool
	}{
		// Whole words, case-folded, stemmed by the item's language.
		{"en", "korea", "North Korea sends shipments", true},
		{"en", "KOREA", "korea", true},
		{"en", "kor", "Korea", false},
		{"en", "shipment", "North Korea sends shipments", true},
		{"en-US", "shipments", "one shipment", true},
		{"en", "running", "he runs", true},
		{"de", "Wahl", "Die Wahlen in Bayern", true},
		{"de", "Wahl", "Die Bundestagswahl in Bayern", false},
		{"zz", "shipment", "shipments", false},
		{"", "shipment", "the shipments of the North", true},

		// Inner punctuation makes a phrase.
		{"en", "covid-19", "The COVID-19 wave", true},
		{"en", "covid-19", "The Covid 19 wave", true},
		{"en", "covid-19", "19 cases of covid", false},
		{"en", "Jong-Un", "Kim Jong Un said", true},
		{"en", "Jong-Un", "Kim Jong-Un said", true},
		{"en", "Jong-Un", "Kim Jongun said", false},
		{"en", "AI", "an AI-powered car", true},
		{"en", "AI", "AI’s dangers", true},
		{"en", "AI", "AI's dangers", true},
		{"en", "AI", "OpenAI said", false},
		{"en", "U.S.", "the U.S. army", true},
		{"en", "AT&T", "AT&T sues", true},
		{"en", "O'Brien", "Mr O’Brien", true},

		// Diacritics.
		{"fr", "elections", "les élections", true},
		{"fr", "élection", "l’élection", true},
		{"fr", "élection", "election", false},
		{"fr", "elus", "les élus", true},
		{"en", "cafe", "the café", true},
		{"en", "café", "the cafe", false},
		{"de", "schon", "schön", true},
		{"de", "schön", "schon", false},
		{"de", "schön", "eine schöne Stadt", true},
		{"de", "Strasse", "Straßen", true},
		{"de", "Straße", "Straßen", true},
		{"de", "Straße", "Strasse", false},
		{"de", "Maedchen", "Mädchen", true},
		{"de", "Madchen", "Mädchen", true},
		{"de", "Mädchen", "Madchen", false},
		{"de", "Mädchen", "Maedchen", false},
		{"de", "Häuser", "vor den Häusern", true},
		{"de", "Haus", "die Häuser", true},
		{"de", "Häuser", "das Haus", false},
		{"de", "Groesse", "die Größe", true},
		{"no", "Tromso", "Tromsø", true},
		{"no", "Tromsoe", "Tromsø", true},
		{"pl", "lodz", "Łódź", true},
		{"tr", "istanbul", "İstanbul'da", true},
		{"en", "naïve", "nai\u0308ve", true},

		// Phrases, stemmed, in sequence.
		{"en", `"north korea"`, "North Korea", true},
		{"en", `"north korea"`, "North, Korea", true},
		{"en", `"north korea"`, "Korea, North", false},
		{"en", `"north korea"`, "North of Korea", false},
		{"en", `"munition shipment"`, "munitions shipments", true},
		{"en", `"a b a b c"`, "a b a b a b c", true},

		// Other scripts.
		{"ru", "выборы", "о выборах в России", true},
		{"ru", "елка", "зелёная ёлка", true},
		{"ru", "ёлка", "елка", false},
		{"ru", "рои", "строй", false},
		{"ru", `"северная армия"`, "Северной армии", true},
		{"", "выборы", "о выборах в России", true},
		{"el", "αθηνα", "Η Αθήνα", true},
		{"ar", "كتاب", "قرأت الكتاب", true},
		{"ar", "الكتاب", "كتاب جديد", true},
		{"ar", "محمد", "مُحَمَّد", true},
		{"he", "שלום", "שָׁלוֹם", true},
		{"zh", "朝鲜", "朝鲜向俄罗斯运送弹药", true},
		{"zh", "俄罗斯 弹药", "朝鲜向俄罗斯运送弹药", true},
		{"zh", "俄弹", "朝鲜向俄罗斯运送弹药", false},
		{"zh", "iphone", "苹果发布iPhone新机", true},
		{"zh", "phone", "苹果发布iPhone新机", false},
		{"zh", "iPhone新机", "苹果发布iPhone新机", true},
		{"zh", "gpt", "ＧＰＴ-4发布", true},
		{"ja", "選挙", "衆議院選挙の結果", true},
		{"ja", "ミサイル", "北朝鮮がミサイルを発射", true},
		{"ja", "ﾐｻｲﾙ", "北朝鮮がミサイルを発射", true},
		{"ja", "かき", "がき", false},
		{"th", "เลือกตั้ง", "การเลือกตั้งทั่วไป", true},
		{"ko", "미사일", "북한 미사일 발사", true},
		{"ko", "미사", "북한 미사일 발사", false},
		{"ko", "북한*", "북한이 미사일을 발사", true},
		{"hi", "चुनाव", "लोकसभा चुनाव", true},

		// Everything and the logic.
		{"en", "*", "", true},
		{"en", "* -sport", "sport", false},
		{"en", "* -sport", "music", true},
		{"en", "a AND b", "a b", true},
		{"en", "a b", "b a", true},
		{"en", "a b", "a", false},
		{"en", "a OR b", "b", true},
		{"en", "a NOT b", "a", true},
		{"en", "a NOT b", "a b", false},
		{"en", "a and b", "a b", false},
		{"en", "(a OR b) -(c OR d)", "b d", false},
		{"en", `"north korea"dprk`, "dprk north korea", true},
		{"en", "title:a", "a", false},

		// Words that go on.
		{"en", "kor*", "North Koreans", true},
		{"en", "kor*", "Korn", true},
		{"en", "kor*", "a xkor", false},
		{"de", "*wahl*", "die Bundestagswahlen", true},
		{"de", "*wahl*", "Wahl", true},
		{"de", "*wähl*", "Bundeswähler", true},
		{"de", "*wähl*", "Bundeswahl", false},
		{"de", "*wahl*", "Bundeswähler", true},
		{"de", "*waehl*", "Bundeswähler", true},
		{"de", "gross*", "großartig", true},
		{"en", "covid-1*", "covid 19", true},
		{"en", "covid-1*", "covid 29", false},
		{"zh", "朝鲜*", "在朝鲜的", true},

		// As written.
		{"en", "=AIDS", "the AIDS crisis", true},
		{"en", "=AIDS", "she aids him", false},
		{"en", "=Apple", "Apples", false},
		{"en", "=Apple", "Apple's phone", true},
		{"en", `="White House"`, "the White House said", true},
		{"en", `="White House"`, "the white house", false},

		// Proximity.
		{"en", "a NEAR/0 b", "b a", true},
		{"en", "a NEAR/0 b", "a x b", false},
		{"en", "a NEAR/2 b", "a x x b", true},
		{"en", "a NEAR/2 b", "b x x a", true},
		{"en", "a NEAR/2 b", "a x x x b", false},
		{"en", "a NEAR/2 a", "a x x x a", false},
		{"en", "a NEAR/2 a", "a x a", true},
		{"en", "a NEAR/2 a", "a", false},
		{"en", `"a b" NEAR/1 (c OR "d e")`, "d e x a b", true},
		{"en", `"a b" NEAR/1 (c OR "d e")`, "d e x x a b", false},
		{"en", `"a b" NEAR/1 (c OR "d e")`, "e d x a b c", true},
		{"en", `missile* NEAR/3 launch`, "launches of new missiles", true},
		{"en", `"a b c"~1`, "c x a b", true},
		{"en", `"a b c"~1`, "c x a x b", false},
		{"en", `"a b b"~3`, "a b", false},
		{"en", `"a b b"~3`, "b a x b", true},
		{"en", `"a b b"~0`, "a b x b", false},
		{"en", `"a b-c b"~1`, "a b c", false},
		{"en", `"a b-c b"~1`, "a x b c b", true},
		{"en", `"a b b-c"~1`, "b c x b a", true},
		{"zh", `"朝鲜 弹药"~6`, "朝鲜向俄罗斯运送弹药", true},
		{"zh", `"朝鲜 弹药"~5`, "朝鲜向俄罗斯运送弹药", false},

		// Lists.
		{"en", "2 of (a, b, c)", "c a", true},
		{"en", "2 of (a, b, c)", "a a", false},
		{"en", "2 of (a b, b c, d)", "a b c", true},
		{"en", "* -2 of (a, b, c)", "a b", false},
		{"en", "3 of (a, -b, *)", "a", true},
		{"en", "3 of (a, -b, *)", "a b", false},
		{"en", "2 of 3", "2 of 3", true},

		// Regular expressions and lengths.
		{"en", "/colou?r/", "the colors", true},
		{"en", "/(?i)COLOU?R/", "the colors", true},
		{"en", "/COLOU?R/", "the colors", false},
		{"en", `/\d{4}-\d\d/`, "on 2024-05", true},
		{"en", "words>2", "a b c", true},
		{"en", "words>3", "a b c", false},
		{"en", "words<4 a", "a b c", true},
	}
	for _, tt := range tests {
		q := mustParse(t, tt.query)
		if got := q.Match(item(tt.language, "", tt.text), nil); got != tt.want {
			t.Errorf("%s in %q (%s): got %v", tt.query, tt.text, tt.language, got)
		}
	}
}

func TestMatchAge(t *testing.T) {
	old := item("en", "a", "")
	old.Age = 48 * time.Hour
	for query, want := range map[string]bool{
		"age<2d": false, "age<2d1s": true, "age>47h": true, "age>2d": false, "a age<1w": true, "age<0": false, "* -age>1d": false,
	} {
		if got := mustParse(t, query).Match(old, nil); got != want {
			t.Errorf("%s of an item two days old: got %v", query, got)
		}
	}
}

func TestMatchFields(t *testing.T) {
	it := &storage.Item{
		Feed:     "Guardian-World",
		Language: "en",
		Title:    storage.Text{Value: "A <b>Korean</b> missile &amp; more", HTML: true},
		Summary:  storage.Text{Value: "The <i>sum</i>mary of it", HTML: true},
		Content:  storage.Text{Value: `<p>The con<b>tent</b></p><p>ends</p><script>hidden</script><a href="inside">x</a>`, HTML: true},
	}
	it.URL = "https://www.News.example.org/World/2024?id=5"
	it.Language = "en-US"
	it.Authors = []storage.Person{{Name: "Jane Smith"}, {Name: "Bob Lee", Mail: "bob@example.org"}}
	it.Categories = []storage.Category{{Term: "asia", Label: "East Asia"}, {Term: "sports"}}
	it.Enclosures = []storage.Enclosure{{URL: "https://example.org/a.mp3", Type: "audio/mpeg"}}
	it.Routing = storage.Routing{Topics: []string{"Korea", "asia"}, Barred: []string{"asia"}}
	tags := []string{"world", "UK", "news/politics"}
	tests := []struct {
		query string
		want  bool
	}{
		{"title:missile", true},
		{"missile", true},
		{"title:content", false},
		{"content", true},
		{"hidden", false},
		{"inside", false},
		{"amp", false},
		{"title:(content OR missile)", true},
		{"title:(missile -korean)", false},
		{`title:"korean missile"`, true},
		{`"more the"`, false}, // no phrase from the title into the text
		{`"it the"`, false},   // nor from the summary into the content
		{`"content ends"`, true},
		{"feed:guardian-world", true},
		{"feed:guardian", false},
		{"feed:(bbc OR guardian-world)", true},
		{"-feed:bbc missile", true},
		{`feed:"Guardian-World"`, true},
		{"tag:world", true},
		{"tag:uk", true},
		{"tag:Uk", true},
		{"tag:news/politics", true},
		{"tag:news", false},
		{"tag:(world -uk)", false},
		{"tag:world missile", true},
		{"(tag:world)title:missile", true},
		{"missile -tag:world", false},
		{"text:missile", false},
		{"text:(content summary)", true},
		{"title:missil*", true},
		{"title:(korean NEAR/3 more)", true},
		{"title:/Korean/", true},
		{"text:/Korean/", false},
		{"/Smith/", false},
		{"smith", false},
		{"author:smith", true},
		{`author:"jane smith"`, true},
		{`author:"smith bob"`, false},
		{`author:(smith NEAR/100 bob)`, false},
		{"author:/^Bob/", true},
		{"author:bob@example.org", true},
		{"category:asia", true},
		{"category:sport", true},
		{`category:"asia sports"`, false},
		{"asia", false},
		{"lang:en", true},
		{"lang:EN-us", true},
		{"lang:en-gb", false},
		{"lang:eng", false},
		{"site:example.org", true},
		{"site:news.example.org", true},
		{"site:org", true},
		{"site:ample.org", false},
		{"link:example.org/world", true},
		{"link:https://www.news", true},
		{"link:?id=5", true},
		{"link:/sport/", false},
		{"has:audio", true},
		{"has:(video OR image)", false},
		{"has:enclosure has:author has:category has:fulltext", true},
		{"topic:Korea", true},
		{"topic:asia", false},
		{"topic:japan", false},
		{"words>1 words<5", true},
	}
	for _, tt := range tests {
		if got := mustParse(t, tt.query).Match(it, tags); got != tt.want {
			t.Errorf("%s: got %v", tt.query, got)
		}
	}
}

// Each thing that has: knows, of items that have nothing else.
func TestMatchHas(t *testing.T) {
	enclosed := func(kind string) storage.Item {
		return storage.Item{Enclosures: []storage.Enclosure{{URL: "https://example.org/f", Type: kind}}}
	}
	for _, c := range []struct {
		item storage.Item
		has  string
	}{
		{storage.Item{}, ""},
		{enclosed(""), "enclosure"},
		{enclosed("image/png"), "enclosure image"},
		{enclosed("Audio/MPEG"), "audio enclosure"},
		{enclosed("video/mp4"), "enclosure video"},
		{storage.Item{Media: []storage.Media{{URL: "https://example.org/v", Type: "application/x-shockwave-flash"}}}, "video"},
		{storage.Item{Media: []storage.Media{{URL: "https://example.org/v", Medium: "audio", Type: "video/mp4"}}}, "audio"},
		{storage.Item{Media: []storage.Media{{Title: storage.Text{Value: "of no file"}}}}, ""},
		{storage.Item{Image: "https://example.org/i"}, "image"},
		{storage.Item{Authors: []storage.Person{{Name: "A"}}}, "author"},
		{storage.Item{Categories: []storage.Category{{Term: "c"}}}, "category"},
		{storage.Item{Content: storage.Text{Value: "all of it"}}, "fulltext"},
		{storage.Item{Summary: storage.Text{Value: "some"}, Extract: &storage.Extract{Content: "all of it"}}, "fulltext"},
		{storage.Item{Summary: storage.Text{Value: "some"}}, ""},
	} {
		var got []string
		for _, name := range featureNames() {
			if mustParse(t, "has:"+name).Match(&c.item, nil) {
				got = append(got, name)
			}
		}
		if strings.Join(got, " ") != c.has {
			t.Errorf("%+v has %q, want %q", c.item, got, c.has)
		}
	}
}

// Every query of three words holds for just those subsets of the words that
// its reading with all parentheses says.
func TestPrecedence(t *testing.T) {
	tests := []struct {
		query string
		want  func(a, b, c bool) bool
	}{
		{"a OR b c", func(a, b, c bool) bool { return a || b && c }},
		{"a b OR c", func(a, b, c bool) bool { return a && b || c }},
		{"a AND b OR c", func(a, b, c bool) bool { return a && b || c }},
		{"a OR b AND c", func(a, b, c bool) bool { return a || b && c }},
		{"(a OR b) c", func(a, b, c bool) bool { return (a || b) && c }},
		{"a NOT b OR c", func(a, b, c bool) bool { return a && !b || c }},
		{"a AND NOT b AND c", func(a, b, c bool) bool { return a && !b && c }},
		{"NOT a OR b", func(a, b, _ bool) bool { return !a || b }},
		{"NOT a b c", func(a, b, c bool) bool { return !a && b && c }},
		{"-a b OR c", func(a, b, c bool) bool { return !a && b || c }},
		{"a -(b c)", func(a, b, c bool) bool { return a && !(b && c) }},
		{"a NOT (b OR c)", func(a, b, c bool) bool { return a && !(b || c) }},
		{"a NOT NOT b c", func(a, b, c bool) bool { return a && b && c }},
		{"a -b -c", func(a, b, c bool) bool { return a && !b && !c }},
		{"a OR -b c", func(a, b, c bool) bool { return a || !b && c }},
	}
	for _, tt := range tests {
		q := mustParse(t, tt.query)
		for bits := range 8 {
			a, b, c := bits&1 != 0, bits&2 != 0, bits&4 != 0
			text := ""
			for i, word := range []string{"a", "b", "c"} {
				if bits>>i&1 != 0 {
					text += word + " "
				}
			}
			if got := q.Match(item("en", text, ""), nil); got != tt.want(a, b, c) {
				t.Errorf("%s over %q: got %v", tt.query, text, got)
			}
		}
	}
}
