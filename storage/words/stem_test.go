package words

import (
	"strings"
	"testing"
)

func TestStem(t *testing.T) {
	tests := []struct{ language, one, other string }{
		{"en", "shipment", "shipments"},
		{"en-GB", "closing", "closed"},
		{"EN_us", "missile", "missiles"},
		{"de", "brücke", "brücken"},
		{"fr", "président", "présidents"},
		{"es", "noticia", "noticias"},
		{"it", "notizia", "notizie"},
		{"pt-BR", "notícia", "notícias"},
		{"nl", "trein", "treinen"},
		{"sv", "bil", "bilar"},
		{"nb", "avis", "avisen"},
		{"da", "avis", "avisen"},
		{"fi", "talo", "talossa"},
		{"hu", "ház", "házak"},
		{"ro", "oraș", "orașe"},
		{"ru", "новость", "новости"},
		{"tr", "kitap", "kitaplar"},
		{"ar", "كتاب", "الكتاب"},
	}
	for _, test := range tests {
		if a, b := Stem(test.language, test.one), Stem(test.language, test.other); a != b || a == "" {
			t.Errorf("%s: %q has stem %q, %q has %q", test.language, test.one, a, test.other, b)
		}
	}
	long := strings.Repeat("yay", 30)
	for _, test := range []struct{ language, token string }{{"", "shipments"}, {"zh-Hans", "京"}, {"xx", "shipments"}, {"en", long}, {"en", "b2bs"}, {"en", ""}} {
		if got := Stem(test.language, test.token); got != test.token {
			t.Errorf("Stem(%q, %q) = %q, want the token itself", test.language, test.token, got)
		}
	}
}

func FuzzStem(f *testing.F) {
	for _, token := range []string{"shipments", "größe", "новости", "الكتاب", "y", "كتبهما", "kitaplarımızdan"} {
		f.Add(token)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, token := range Scan(text) {
			for _, language := range []string{"en", "de", "fr", "es", "it", "pt", "nl", "sv", "no", "da", "fi", "hu", "ro", "ru", "tr", "ar", "ga", "ta"} {
				if Stem(language, token.Text) == "" || Stem(language, token.Base) == "" {
					t.Errorf("%s: the stem of %q is empty", language, token.Text)
				}
			}
		}
	})
}
