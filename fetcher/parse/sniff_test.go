package parse

import (
	"strings"
	"testing"

	"golang.org/x/net/html/charset"
)

// TestSniff reads feeds whose bytes alone tell their encoding, since they name
// none, or a wrong one.
func TestSniff(t *testing.T) {
	for _, tt := range []struct{ lang, encodings, text string }{
		{"ru", "windows-1251 koi8-r iso-8859-5", "Городской совет утвердил план ремонта мостов. Работы начнутся весной и продлятся до конца лета, сообщил глава отдела."},
		{"uk", "windows-1251 koi8-u", "Міська рада затвердила план ремонту мостів. Роботи почнуться навесні та триватимуть до кінця літа, повідомив голова відділу."},
		{"bg", "windows-1251", "Общинският съвет одобри плана за ремонт на мостовете. Работата ще започне през пролетта и ще продължи до края на лятото."},
		{"ja", "euc-jp shift_jis iso-2022-jp", "市議会は橋の修理計画を承認した。工事は春に始まり、夏の終わりまで続く見込みだと担当者は述べた。"},
		{"ko", "euc-kr", "시의회는 다리 보수 계획을 승인했다. 공사는 봄에 시작되어 여름이 끝날 때까지 이어질 것이라고 담당자가 밝혔다."},
		{"zh-CN", "gb18030 gbk", "市议会批准了桥梁维修计划。负责人表示，工程将于春季开始，并持续到夏末。"},
		{"zh-TW", "big5", "市議會批准了橋樑維修計畫。負責人表示，工程將於春季開始，並持續到夏末。"},
		{"th", "windows-874", "สภาเมืองอนุมัติแผนซ่อมสะพาน งานจะเริ่มในฤดูใบไม้ผลิและดำเนินต่อไปจนสิ้นฤดูร้อน หัวหน้าฝ่ายกล่าว"},
		{"el", "iso-8859-7 windows-1253", "Το δημοτικό συμβούλιο ενέκρινε το σχέδιο επισκευής των γεφυρών. Οι εργασίες θα αρχίσουν την άνοιξη και θα διαρκέσουν ως το τέλος του καλοκαιριού."},
		{"he", "windows-1255 iso-8859-8", "מועצת העיר אישרה את התוכנית לתיקון הגשרים. העבודות יחלו באביב ויימשכו עד סוף הקיץ, אמר ראש המחלקה."},
		{"ar", "windows-1256 iso-8859-6", "وافق مجلس المدينة على خطة إصلاح الجسور. ستبدأ الأعمال في الربيع وتستمر حتى نهاية الصيف، كما قال رئيس القسم."},
		{"cs", "iso-8859-2 windows-1250", "Městská rada schválila plán oprav mostů. Práce začnou na jaře a potrvají až do konce léta, řekl vedoucí příslušného odboru. Řidiči mají počítat s objížďkami."},
		{"pl", "iso-8859-2 windows-1250", "Rada miasta przyjęła plan naprawy mostów. Prace zaczną się wiosną i potrwają do końca lata, powiedział kierownik wydziału. Kierowcy powinni się liczyć z objazdami."},
		{"hu", "iso-8859-2 windows-1250", "A városi tanács jóváhagyta a hidak javításának tervét. A munkák tavasszal kezdődnek és a nyár végéig tartanak, mondta az osztály vezetője. Az útvonalak közül többet lezárnak."},
		{"de", "iso-8859-1 windows-1252", "Der Stadtrat hat den Plan für die Reparatur der Brücken gebilligt. Die Arbeiten beginnen im Frühling und dauern bis Ende des Sommers, heißt es aus dem Amt."},
		{"fr", "iso-8859-1 iso-8859-15", "Le conseil a approuvé le projet de réparation des ponts. Les travaux débuteront au printemps et dureront jusqu'à la fin de l'été, a précisé le chef du service."},
		// These look like others, unless the feed tells its language.
		{"tr", "windows-1254", "Şehir meclisi köprülerin onarım planını onayladı. Çalışmalar ilkbaharda başlayacak ve yaz sonuna kadar sürecek."},
		{"lt", "windows-1257", "Miesto taryba patvirtino tiltų remonto planą. Darbai prasidės pavasarį ir truks iki vasaros pabaigos."},
		{"vi", "windows-1258", "Thành phô"},
	} {
		for _, name := range strings.Fields(tt.encodings) {
			t.Run(tt.lang+" in "+name, func(t *testing.T) {
				enc, _ := charset.Lookup(name)
				read := func(declaration, contentType, language string) *Document {
					t.Helper()
					text := declaration + "<rss version='2.0'><channel><title>News</title>" + language +
						"<item><title>" + tt.text + "</title><description><![CDATA[<p>" + tt.text + "</p>]]></description></item></channel></rss>"
					body, err := enc.NewEncoder().Bytes([]byte(text))
					if err != nil {
						t.Fatal(err)
					}
					doc, err := Parse(body, contentType, "")
					if err != nil {
						t.Fatal(err)
					}
					return doc
				}
				language := "<language>" + tt.lang + "</language>"
				for what, doc := range map[string]*Document{
					"header":      read("", "text/xml; charset="+name, ""),
					"declaration": read("<?xml version='1.0' encoding='"+name+"'?>", "", ""),
					"language":    read("", "", language),
				} {
					if got := doc.Items[0].Title.Value; got != tt.text {
						t.Errorf("%s: read as %s: %q", what, doc.Charset, got)
					}
				}
				if strings.Contains("tr lt vi", tt.lang) {
					return
				}
				for what, doc := range map[string]*Document{
					"nothing":         read("", "", ""),
					"UTF-8 declared":  read("<?xml version='1.0' encoding='utf-8'?>", "", ""),
					"UTF-8 in header": read("", "text/xml; charset=UTF-8", ""),
				} {
					if got := doc.Items[0].Title.Value; got != tt.text {
						t.Errorf("%s: read as %s: %q", what, doc.Charset, got)
					}
					if name != "iso-2022-jp" && (len(doc.Warnings) != 1 || !strings.Contains(doc.Warnings[0], "read as "+doc.Charset)) {
						t.Errorf("%s: warnings %q", what, doc.Warnings)
					}
				}
			})
		}
	}
}

// A label is believed, unless the bytes show that it is wrong.
func TestWrongLabels(t *testing.T) {
	const russian, korean, german = "Городской совет утвердил план ремонта мостов", "시의회는 다리 보수 계획을 승인했다. 공사는 봄에 시작된다", "Brücken für größere Züge"
	for _, tt := range []struct{ name, label, contentType, real, text string }{
		{"Russian as latin-1", "iso-8859-1", "", "windows-1251", russian},
		{"Russian as latin-1 by the server", "windows-1251", "text/xml; charset=ISO-8859-1", "windows-1251", russian},
		{"Korean as latin-1", "iso-8859-1", "", "euc-kr", korean},
		{"Korean as Shift_JIS", "shift_jis", "", "euc-kr", korean},
		{"German as latin-1", "iso-8859-1", "", "iso-8859-1", german},
		{"German as an unknown one", "x-unknown", "", "iso-8859-1", german},
	} {
		t.Run(tt.name, func(t *testing.T) {
			enc, _ := charset.Lookup(tt.real)
			body, err := enc.NewEncoder().Bytes([]byte("<?xml version='1.0' encoding='" + tt.label + "'?><rss><channel><item><title>" + tt.text + "</title></item></channel></rss>"))
			if err != nil {
				t.Fatal(err)
			}
			doc, err := Parse(body, tt.contentType, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := doc.Items[0].Title.Value; got != tt.text {
				t.Errorf("read as %s by %s: %q (%q)", doc.Charset, doc.CharsetBy, got, doc.Warnings)
			}
		})
	}
}

// What is no character costs that one.
func TestBrokenCharacters(t *testing.T) {
	for name, in := range map[string]struct{ broken, text string }{
		"utf-8": {"\xff", "für"}, "euc-jp": {"\xff", "計画"}, "euc-kr": {"\xff", "계획"}, "shift_jis": {"\xff", "計画"}, "big5": {"\xff", "計畫"},
		"gb18030": {"\xff", "计划"}, "windows-874": {"\xff", "แผน"}, "windows-1253": {"\xd2", "πλάνο"}, "iso-8859-6": {"\xff", "خطة"},
	} {
		enc, canonical := charset.Lookup(name)
		body, err := enc.NewEncoder().Bytes([]byte("<?xml version='1.0' encoding='" + name + "'?><rss><channel><item><title>" + in.text + " @ two</title></item><item><title>three</title></item></channel></rss>"))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := Parse([]byte(strings.Replace(string(body), "@", in.broken, 1)), "", "")
		if err != nil || len(doc.Items) != 2 {
			t.Fatal(name, err)
		}
		if got := doc.Items[0].Title.Value; got != in.text+" \uFFFD two" || doc.Charset != canonical || len(doc.Warnings) != 1 {
			t.Errorf("%s: %q, read as %s, %q", name, got, doc.Charset, doc.Warnings)
		}
	}
}
