package words

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestTokens(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"words", "Kim's 2024-5 plan, U.S. ICBM", "kim 2024 5 plan u s icbm"},
		{"case", "HeLLo WORLD", "hello world"},
		{"hyphen", "covid-19 Jong-Un AI-powered", "covid 19 jong un ai powered"},
		{"not inside", "OpenAI", "openai"},
		{"possessive", "AI's AI’s workers’ 1990's BOSS'S x's'", "ai ai workers 1990 boss x"},
		{"contraction", "don't we’re 'quoted' rock'n'roll", "dont were quoted rocknroll"},
		{"elision", "l'eau L’Oréal qu’il dell'arte aujourd'hui", "l eau l oreal qu il dell arte aujourdhui"},
		{"name", "O'Brien’s O’Neill", "obrien oneill"},
		{"feet", "5'10", "5 10"},
		{"German", "Größe Straße STRASSE Äpfel ÜBER", "grosse strasse strasse apfel uber"},
		{"capital sharp s", "STRAẞE", "strasse"},
		{"Scandinavian", "Ærø smørrebrød Þórr Łódź", "aero smorrebrod thorr lodz"},
		{"Turkish", "İstanbul Iğdır", "istanbul igdir"},
		{"Vietnamese", "Việt Nam", "viet nam"},
		{"Greek", "Άθήνα ΟΔΟΣ οδός", "αθηνα οδοσ οδοσ"},
		{"Russian", "Ёлка и мой за\u0301мок", "елка и мой замок"},
		{"Ukrainian", "Україна їжак", "україна їжак"},
		{"Arabic", "مُحَمَّد أحمد العـــربية", "محمد احمد العربية"},
		{"Hebrew", "שָׁלוֹם", "שלום"},
		{"digits", "٢٠٢٤ ２０２４ १२", "2024 2024 12"},
		{"Hindi", "हिन्दी समाचार", "हिन्दी समाचार"},
		{"Chinese", "北京2024年iPhone15发布。", "北 京 2024 年 iphone15 发 布"},
		{"Japanese", "東京タワーで人々が", "東 京 タ ワ ー で 人 々 が"},
		{"decomposed kana", "か\u3099", "が"},
		{"halfwidth kana", "ｶﾞｿﾘﾝ", "ガ ソ リ ン"},
		{"Korean", "한국어 뉴스는 AI", "한국어 뉴스는 ai"},
		{"decomposed Korean", "\u1112\u1161\u11ab", "한"},
		{"Thai", "กี่ดี", "กี่ ดี"},
		{"forms", "ﬁne ½ ㎏ ① Ｗｉｄｅ m²", "fine 1 2 kg 1 wide m2"},
		{"decomposed", "cafe\u0301 cafè", "cafe cafe"},
		{"invisible", "Do\u00adnau\u200ddampf\ufeff a\u200bb", "donaudampf a b"},
		{"typography", "“Wait” … he said—no", "wait he said no"},
		{"keycap", "5\ufe0f\u20e3", "5"},
		{"marks alone", "\u0301\u0302 a", "a"},
		{"invalid", "a\xffb \xc3", "a b"},
		{"symbols", "C++ $5 €10 🎉", "c 5 10"},
		{"nothing", " …—\t\n", ""},
		{"empty", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.Join(Tokens(test.text), " "); got != test.want {
				t.Errorf("Tokens(%q)\n got %q\nwant %q", test.text, got, test.want)
			}
		})
	}
}

func TestScan(t *testing.T) {
	const text = "Die Größe’s ½ L'été 北か\u3099 Ærø"
	want := []Token{
		{"die", "die", "", "Die", 0, 3, false},
		{"größe", "grosse", "groesse", "Größe", 4, 11, false},
		{"1", "1", "", "½", 16, 18, false},
		{"2", "2", "", "½", 16, 18, false},
		{"l", "l", "", "L", 19, 20, false},
		{"été", "ete", "", "été", 21, 26, false},
		{"北", "北", "", "北", 27, 30, true},
		{"が", "が", "", "か\u3099", 30, 36, true},
		{"ærø", "aero", "aeroe", "Ærø", 37, 42, false},
	}
	if got := Scan(text); !slices.Equal(got, want) {
		t.Errorf("Scan(%q)\n got %+v\nwant %+v", text, got, want)
	}
}

func TestMarked(t *testing.T) {
	for text, want := range map[string]bool{"Größe": true, "Grosse": false, "straße": true, "мой": false, "ёлка": true, "が": false, "한": false, "AI": false} {
		if got := Scan(text)[0].Marked(); got != want {
			t.Errorf("Scan(%q)[0].Marked() = %v, want %v", text, got, want)
		}
	}
}

// checkText checks what holds for the tokens of any text.
func checkText(t interface{ Fatalf(string, ...any) }, text string) {
	tokens, bases := Scan(text), Tokens(text)
	hashes := AppendHashes(nil, text)
	if len(tokens) != len(bases) || len(hashes) != len(bases) {
		t.Fatalf("%q: Scan gives %d tokens, Tokens %d, AppendHashes %d", text, len(tokens), len(bases), len(hashes))
	}
	last := 0
	for i, token := range tokens {
		switch {
		case token.Base != bases[i]:
			t.Fatalf("%q: Scan gives %q, Tokens %q", text, token.Base, bases[i])
		case Hash(bases[i]) != hashes[i]:
			t.Fatalf("%q: AppendHashes does not agree with Hash of %q", text, bases[i])
		case token.Base == "" || token.Text == "":
			t.Fatalf("%q: empty token %+v", text, token)
		case !utf8.ValidString(token.Text) || !utf8.ValidString(token.Base):
			t.Fatalf("%q: token %+v is not UTF-8", text, token)
		case token.Start < last || token.End <= token.Start || token.End > len(text) || text[token.Start:token.End] != token.Exact:
			t.Fatalf("%q: token %+v is not where it says", text, token)
		}
		last = token.Start
	}
}

func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkText(t, rapid.String().Draw(t, "text")) })
}

func FuzzScan(f *testing.F) {
	for _, s := range []string{"O'Brien’s ½ か\u3099ｶﾞ", "a\u0301\u0302\u0315b", "น้ำ㍿", "\u1112\u1161\u11ab\xff", "l''eau's''s", "İIßẞǅ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { checkText(t, text) })
}

// Long runs without a blank are cut right, whatever they are made of.
func TestHostileText(t *testing.T) {
	const size = 1 << 16
	for _, part := range []string{"a\u0301", "\u0301", "a'", "a's'", "l'", "か\u3099", "ｶ", "\u1100", "a\u00ad", "ำ", "é", "½", "㍿", "\u200d", "ﷺ"} {
		checkText(t, "x"+strings.Repeat(part, size/len(part)))
	}
}

// Hashes are stored: these must never change.
func TestHash(t *testing.T) {
	tests := []struct {
		token string
		want  uint32
	}{{"", 0xAB3E7C0A}, {"korea", 0xD035B8D6}, {"2024", 0x60CA82AB}, {"北", 0xBA4CA356}, {"größe", 0xCDA1B73C}}
	for _, test := range tests {
		got := Hash(test.token)
		if got != test.want {
			t.Errorf("Hash(%q) = %#x, want %#x", test.token, got, test.want)
		}
		if IsNumber(got) != (test.token == "2024") {
			t.Errorf("IsNumber(Hash(%q)) = %v", test.token, IsNumber(got))
		}
	}
	if got := Shingles([]string{"a", "b", "c"}); got[0] != 0x7B1F1268 {
		t.Errorf("Shingles = %#x", got)
	}
}

func TestShingles(t *testing.T) {
	tokens := Tokens("one two three four")
	got := Shingles(tokens)
	if len(got) != 2 || got[0] != Shingles(tokens[:3])[0] || got[1] != Shingles(tokens[1:])[0] || got[0] == got[1] {
		t.Errorf("Shingles(%q) = %x", tokens, got)
	}
	if a, b := Shingles([]string{"a", "b", "c"}), Shingles([]string{"c", "b", "a"}); a[0] == b[0] {
		t.Errorf("the order of tokens does not count: %x", a)
	}
	for n, want := range []int{0, 1, 1, 1, 2} {
		if got := len(Shingles(tokens[:n])); got != want {
			t.Errorf("%d tokens give %d shingles, want %d", n, got, want)
		}
	}
}
