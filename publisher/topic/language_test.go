package topic

import (
	"testing"

	"sluice/storage"
	"sluice/storage/words"
)

func TestLanguage(t *testing.T) {
	tests := []struct{ declared, title, want string }{
		{"de", "the title of an item", "de"},
		{"DE_at", "", "de"},
		{"zh-Hans", "朝鲜", ""},
		{"pl", "Łódź", ""},
		{"en", "Выборы в России", "ru"},
		{"en-US", "انتخابات جديدة في مصر", "ar"},
		{"de", "Вибори в Україні, її місто і люди", ""},
		{"en", "朝鲜向俄罗斯运送弹药", "en"}, // no stemmer reads that
		{"en", "2024: 50 %", "en"},
		{"ru", "The elections in Russia are over", "en"},
		{"ru", "Илон Маск купил Twitter", "ru"},
		{"zh", "Die Wahlen in Bayern sind vorbei", "de"},
		{"zh", "苹果发布iPhone新机", ""},
		{"sr", "Izbori su na dan kada se", ""}, // is written in two scripts
		{"uk", "Вибори", ""},
		{"und", "Die Wahlen in Bayern sind vorbei", "de"},
		{"", "", "en"},
		{"", "Pyongyang", "en"},
		{"", "Seoul wins the football cup", "en"},
		{"", "Die Wahlen in Bayern sind vorbei", "de"},
		{"", "Les élections de dimanche en France", "fr"},
		{"", "Las elecciones del domingo en España", "es"},
		{"", "De verkiezingen van zondag zijn voorbij", "nl"},
		{"", "Le elezioni di domenica e il governo", "it"},
		{"", "Выборы в России", "ru"},
		{"", "Вибори в Україні, її місто і люди", ""},
		{"", "انتخابات جديدة في مصر", "ar"},
		{"", "朝鲜向俄罗斯运送弹药", ""},
		{"", "북한 미사일 발사", ""},
	}
	for _, tt := range tests {
		it := item(tt.declared, tt.title, "")
		if got := languageOf(it, passages(it)); got != tt.want {
			t.Errorf("%q %q: got %q, want %q", tt.declared, tt.title, got, tt.want)
		}
	}
}

// A language that words.Stem stems and this list lacks would be matched by
// whole forms.
func TestStemmersAreAll(t *testing.T) {
	known := map[string]bool{}
	for _, language := range stemmers() {
		known[language] = true
	}
	samples := []string{
		"running", "wahlen", "elections", "elecciones", "elezioni", "eleições", "verkiezingen", "valen", "valgene", "vaalien",
		"választások", "alegerilor", "выборов", "seçimler", "الكتاب", "toghcháin", "தேர்தல்கள்", "wyborów", "волеб", "избори",
		"voleb", "rinkimai", "vēlēšanas", "valimised", "εκλογές", "בחירות", "चुनावों", "eleccions", "hauteskundeak",
	}
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			language := string([]rune{a, b})
			for _, sample := range samples {
				if words.Stem(language, sample) != sample && !known[language] {
					t.Errorf("%s has a stemmer", language)
					break
				}
			}
		}
	}
}

func passages(item *storage.Item) []passage {
	return read(item)
}
