package story

import (
	"strconv"
	"strings"

	"sluice/storage/words"
)

// numbers returns the set of the numbers in a text: runs of tokens that begin
// with a digit (6-3/16 is one number, and so is 1,024.5), and the words for
// small numbers. Dates are left out, since the day in a text is often another
// way of saying today: a number beside the name of a month or the East Asian
// words for year, month and day, and years.
//
// Figures are the same with each run of digits by itself, digits is how many
// tokens begin with one.
func numbers(text []uint32) (found, figures []uint32, digits uint32) {
	for i := 0; i < len(text); {
		if spelled, ok := numberWords[text[i]]; ok {
			found, figures = append(found, joined([]uint32{spelled})), append(figures, spelled)
			i++
			continue
		}
		end := i
		for end < len(text) && words.IsNumber(text[end]) {
			end++
		}
		if end == i {
			i++
			continue
		}
		digits += uint32(end - i)
		date := i > 0 && months[text[i-1]] || end < len(text) && months[text[end]] || end == i+1 && years[text[i]]
		if !date {
			found, figures = append(found, joined(text[i:end])), append(figures, text[i:end]...)
		}
		i = end
	}
	return set(found, maxNumbers), set(figures, maxNumbers), digits
}

// dayOf returns a hash of the day that a dateline names, 0 where it names none.
func dayOf(dateline []uint32) uint32 {
	for i := 1; i < len(dateline); i++ {
		month, number := dateline[i-1], dateline[i]
		if words.IsNumber(month) {
			month, number = number, month
		}
		if months[month] && words.IsNumber(number) && !years[number] {
			return words.ShingleHashes([]uint32{month, number})[0] | 1
		}
	}
	return 0
}

// joined is the hash of a run of number tokens.
func joined(run []uint32) uint32 {
	h := words.ShingleHashes(run[:1])[0]
	for _, next := range run[1:] {
		h = words.ShingleHashes([]uint32{h, next})[0]
	}
	return h
}

// numberWords holds the words for numbers from two to twelve, with the hash
// that the number has in digits. One is left out: it is an article in many
// languages.
var numberWords = numberTable()

func numberTable() map[uint32]uint32 {
	t := make(map[uint32]uint32)
	digits := strings.Fields("2 3 4 5 6 7 8 9 10 11 12")
	for _, language := range [...]string{
		"two three four five six seven eight nine ten eleven twelve",
		"zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
		"deux trois quatre cinq six sept huit neuf dix onze douze",
		"dos tres cuatro cinco seis siete ocho nueve diez once doce",
		"due tre quattro cinque sei sette otto nove dieci undici dodici",
		"два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать",
		"две трое четверо пяти шести семи восьми девяти десяти одиннадцати двенадцати",
		"اثنان ثلاثة اربعة خمسة ستة سبعة ثمانية تسعة عشرة",
	} {
		for i, w := range words.Tokens(language) {
			t[words.Hash(w)] = words.Hash(digits[i])
		}
	}
	return t
}

// months holds the words that make a number beside them a date.
var months = hashSet("january february march april may june july august september october november december" +
	" jan feb mar apr jun jul aug sep sept oct nov dec" +
	" januar februar marz mai juni juli oktober dezember janner feber" +
	" janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre" +
	" enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre" +
	" gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre" +
	" января февраля марта апреля мая июня июля августа сентября октября ноября декабря мар фев янв апр авг сен окт ноя дек" +
	" يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر" +
	" 年 月 日")

// years holds the years of our time.
var years = yearTable()

func yearTable() map[uint32]bool {
	t := make(map[uint32]bool)
	for y := 1900; y < 2100; y++ {
		t[words.Hash(strconv.Itoa(y))] = true
	}
	return t
}
