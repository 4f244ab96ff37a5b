package parse

import (
	"strings"
	"unicode/utf8"
)

// monthNames are names and abbreviations of months in the languages of feeds
// that do not follow RFC 822, in lower case: per month, apart by blanks.
// English is read by month itself. Where two languages use one word for two
// months, it stands with the one that more people speak.
var monthNames = [...]string{
	"januar jänner jän jaenner janv janvier enero ene gennaio gen gene janeiro januari января январь янв янв січня січень січ styczeń stycznia sty sti leden ledna led ιανουαρίου ιανουάριος ιαν ιανουαριου ocak oca január januára jan tammikuu tammikuuta tammi ianuarie ian sausio januāris siječanj siječnja sij yanvar يناير ינואר ינו जनवरी มกราคม ม.ค",
	"februar febr février févr fév fevrier fevr febrero febbraio fevereiro fev februari февраля февраль фев февр лютого лютий лют luty lutego lut únor února úno únor φεβρουαρίου φεβρουάριος φεβ φεβρουαριου şubat şub február februára helmikuu helmikuuta helmi februarie vasario februāris veljača veljače velj فبراير פברואר פבר फ़रवरी फरवरी กุมภาพันธ์ ก.พ",
	"märz mär mrz maerz mars marzo maret março marco maart mrt mars марта март мар березня березень бер marzec marca mar březen března bře μαρτίου μάρτιος μαρ μαρτιου mart március márc maaliskuu maaliskuuta maalis martie kovo marts ožujak ožujka ožu مارس מרץ मार्च มีนาคม มี.ค",
	"avril avr abril abr aprile aprile апреля апрель апр квітня квітень квіт кві kwiecień kwietnia kwi duben dubna dub απριλίου απρίλιος απρ απριλιου nisan nis április ápr apríl apríla huhtikuu huhtikuuta huhti aprilie balandžio aprīlis travanj travnja tra أبريل ابريل אפריל אפר अप्रैल เมษายน เม.ย",
	"mai mayo maggio mag maio mei maj мая май травня травень трав тра maja květen května kvě μαΐου μάιος μαΐ μάι μαιου μαϊ mayıs május máj mája máj toukokuu toukokuuta touko mai gegužės maijs svibanj svibnja svi مايو מאי मई พฤษภาคม พ.ค",
	"juni juin junio giugno giu junho июня июнь июн червня червень черв чер czerwiec czerwca cze červen června čvn ιουνίου ιούνιος ιουν ιούν ιουνιου haziran haz június jún kesäkuu kesäkuuta kesä iunie iun birželio jūnijs lipanj lipnja يونيو يونيه יוני जून มิถุนายน มิ.ย",
	"juli juillet juil julio luglio lug julho июля июль июл липня липень лип lipiec lipca lip červenec července čvc ιουλίου ιούλιος ιουλ ιούλ ιουλιου temmuz tem július julius júl heinäkuu heinäkuuta heinä iulie iul liepos jūlijs srpanj srpnja يوليو يوليه יולי जुलाई กรกฎาคม ก.ค",
	"août aout agosto ago agustus agu augusti августа август авг серпня серпень серп сер sierpień sierpnia sie srpen srpna srp αυγούστου αύγουστος αυγ αύγ αυγουστου ağustos ağu augusztus august elokuu elokuuta elo rugpjūčio augusts kolovoz kolovoza kol أغسطس اغسطس אוגוסט אוג अगस्त สิงหาคม ส.ค",
	"septembre settembre set setembro septiembre setiembre september сентября сентябрь сен сент вересня вересень вер wrzesień września wrz září zář σεπτεμβρίου σεπτέμβριος σεπ σεπτ σεπτεμβριου eylül eyl szeptember szept syyskuu syyskuuta syys septembrie rugsėjo septembris rujan rujna ruj سبتمبر ספטמבר ספט सितंबर सितम्बर กันยายน ก.ย",
	"oktober okt octobre octubre ottobre ott outubro out октября октябрь окт жовтня жовтень жовт жов październik października paź říjen října říj οκτωβρίου οκτώβριος οκτ οκτωβριου ekim eki október októbra lokakuu lokakuuta loka octombrie spalio oktobris أكتوبر اكتوبر אוקטובר אוק अक्टूबर ตุลาคม ต.ค",
	"novembre noviembre novembro november ноября ноябрь ноя нояб листопада листопад лис listopad listopada lis listopadu νοεμβρίου νοέμβριος νοε νοέ νοεμβριου kasım kas novembra marraskuu marraskuuta marras noiembrie noi lapkričio novembris studeni studenoga stu نوفمبر נובמבר נוב नवंबर नवम्बर พฤศจิกายน พ.ย",
	"dezember dez décembre déc decembre diciembre dic dicembre dezembro desember des december декабря декабрь дек грудня грудень груд гру grudzień grudnia gru prosinec prosince pro δεκεμβρίου δεκέμβριος δεκ δεκεμβριου aralık ara decembra joulukuu joulukuuta joulu decembrie gruodžio decembris prosinac prosinca ديسمبر דצמבר דצמ दिसंबर दिसम्बर ธันวาคม ธ.ค",
}

// foreignMonths gives each of monthNames its number.
var foreignMonths = func() map[string]int {
	m := map[string]int{}
	for i, names := range monthNames {
		for _, name := range strings.Fields(names) {
			m[name] = i + 1
		}
	}
	return m
}()

// maxMonth is longer than the longest name, in bytes.
const maxMonth = 40

// foreignMonth returns the month of that name in another language, 0 where it
// is none.
func foreignMonth(word string) int {
	if len(word) < 3 || len(word) > maxMonth {
		return 0
	}
	word = strings.ToLower(strings.TrimRight(word, ".׳'"))
	return foreignMonths[word]
}

// eastern rewrites the ways in which Chinese, Japanese and Korean write a date
// as one that starts with the year: 2004年5月28日 下午1:31, 2004년 05월 28일 01:31.
func eastern(s string) string {
	if !strings.ContainsAny(s, "年년月월时時点午오") {
		return s
	}
	if before, rest, ok := strings.Cut(s, "("); ok { // the weekday
		_, after, _ := strings.Cut(rest, ")")
		s = before + " " + after
	}
	s = easternUnits.Replace(s)
	s = strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return ' '
		}
		return r
	}, s)
	return strings.NewReplacer("- ", "-", ": ", ":").Replace(strings.Join(strings.Fields(strings.TrimRight(s, ": ")), " "))
}

var easternUnits = strings.NewReplacer("年", "-", "년", "-", "月", "-", "월", "-", "日", " ", "일", " ",
	"时", ":", "時", ":", "시", ":", "点", ":", "點", ":", "分", ":", "분", ":", "秒", "", "초", "",
	"上午", " AM ", "午前", " AM ", "오전", " AM ", "下午", " PM ", "午後", " PM ", "오후", " PM ")

// westernDigits writes the digits of Arabic, Persian and Hindi as ours.
var westernDigits = strings.NewReplacer("٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9",
	"۰", "0", "۱", "1", "۲", "2", "۳", "3", "۴", "4", "۵", "5", "۶", "6", "۷", "7", "۸", "8", "۹", "9",
	"०", "0", "१", "1", "२", "2", "३", "3", "४", "4", "५", "5", "६", "6", "७", "7", "८", "8", "९", "9")
