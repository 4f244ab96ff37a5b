package story

import (
	"strings"
	"testing"
	"time"

	"sluice/storage"
)

// text makes the print of an item from title and text, of a site of its own.
func text(site, title, body string) storage.Print {
	return Print(&storage.Item{URL: "https://" + site + ".example/" + site, Title: storage.Text{Value: title}, Content: storage.Text{Value: body, HTML: strings.HasPrefix(body, "<")}})
}

const (
	craneTitle = "Second crane of the harbour is back in use"
	crane      = "The second crane of the harbour, idle since the storm of last autumn, went back to work on Thursday, the port authority said. " +
		"Engineers had waited five months for a bearing that only one foundry makes. The first ship to be unloaded was the Marit, with timber from the north. " +
		"Dockers cheered when the hook came down. The authority put the cost of the repair at 3.5 million crowns, most of which the insurer will bear. " +
		"A third crane is to be ordered before the end of the year, so that no storm will close the quay again."
	ferry = "Ferries to the outer islands stayed in port for a second day as gales swept the coast. The operator said that it would decide at noon whether the evening boat could sail. " +
		"Some forty passengers spent the night in the school hall, where volunteers served soup. Fishermen had taken their boats into the inner basin in time."
)

// Copies that editors and agencies make of one text, and what only looks like
// one.
func TestContent(t *testing.T) {
	sentence := func(s string, n int) string { return strings.Join(strings.SplitAfter(s, ". ")[:n], "") }
	oslo, bergen := func(title, body string) storage.Print { return text("oslo", title, body) }, func(title, body string) storage.Print { return text("bergen", title, body) }
	tests := []struct {
		name  string
		a, b  storage.Print
		apart time.Duration
		want  bool
	}{
		{"copy", oslo(craneTitle, crane), bergen(craneTitle, crane), 90 * time.Hour, true},
		{"another headline", oslo(craneTitle, crane), bergen("Dockers cheer", crane), 0, true},
		{"dateline, agency and byline", oslo(craneTitle+" (NPA)", "OSLO, March 3 (NPA) - "+crane), bergen(craneTitle, "<p>By Ann Author</p><p>Bergen – "+crane+"</p>"), 0, true},
		{"cut", oslo(craneTitle, crane), bergen("Harbour crane back in use", sentence(crane, 1)), 0, true},
		{"boilerplate below", oslo(craneTitle, crane), bergen(craneTitle, crane+" Read more on our site. Follow us. Subscribe to the letter of the harbour."), 0, true},
		{"paragraphs in another order", oslo(craneTitle, crane), bergen(craneTitle, sentence(crane[strings.Index(crane, "Dockers"):], 3)+sentence(crane, 3)), 0, true},
		{"edited", oslo(craneTitle, crane), bergen(craneTitle, strings.NewReplacer("went back", "returned", "said", "stated", "close", "shut").Replace(crane)), 0, true},
		{"no text", oslo(craneTitle, ""), bergen(craneTitle, ""), 0, false},
		{"same title, other text", oslo("Morning briefing", crane), bergen("Morning briefing", ferry), 0, false},
		{"one word", oslo("Untitled", "Comments"), bergen("Untitled", "Comments"), 0, false},
		{"paywall", oslo("Crane is back", "Log in or subscribe to continue reading. Already a subscriber? Sign in with your account to read the full text on any device."),
			bergen("Gales keep ferries in port", "Log in or subscribe to continue reading. Already a subscriber? Sign in with your account to read the full text on any device."), 0, false},
		{"quoted by a commentary", oslo(craneTitle, crane), bergen("On: "+craneTitle, "<blockquote><p>"+sentence(crane, 3)+"</p></blockquote><p>"+ferry+"</p>"), 0, false},
		{"roundup", oslo("Crane is back in use", sentence(crane, 1)), bergen("News digest", ferry+" "+sentence(crane, 1)+" "+ferry), 0, false},
		{"digest that begins with a copy", oslo("Crane is back in use", sentence(crane, 4)), bergen("News digest", sentence(crane, 4)+" "+ferry+" "+ferry), 0, false},
		{"other numbers", oslo("Rates at a glance", "The bank sold bills worth 2.5 billion in the market today, dealers said. Funds traded at 6-3/16 percent when it came in."),
			bergen("Rates at a glance", "The bank sold bills worth 1.5 billion in the market today, dealers said. Funds traded at 6-1/16 percent when it came in."), time.Hour, false},
		{"other numbers in the titles", oslo("Part 1: the cranes", crane), bergen("Part 2: the cranes", crane), 0, false},
		{"another town", oslo("Election result for Lund", "Turnout in Lund was above that of the last vote, the board said. All votes are counted and the result for Lund is final."),
			bergen("Election result for Ystad", "Turnout in Ystad was above that of the last vote, the board said. All votes are counted and the result for Ystad is final."), 0, false},
		{"notices of two days", oslo("Ships at the quay", "OSLO, April 1 - There were five ships at the quay and three were waiting to load, according to the harbour master."),
			bergen("Ships at the quay", "OSLO, April 3 - There were five ships at the quay and three were waiting to load, according to the harbour master."), 48 * time.Hour, false},
		{"German", oslo("Zweiter Kran im Hafen läuft wieder", "Kiel – Der zweite Kran des Hafens, der seit dem Sturm im Herbst stillstand, hat am Donnerstag den Betrieb wieder aufgenommen, teilte die Hafenbehörde mit. Fünf Monate lang hatten die Ingenieure auf ein Lager gewartet."),
			bergen("Hafen: Zweiter Kran läuft wieder", "Der zweite Kran des Hafens, der seit dem Sturm im Herbst stillstand, hat am Donnerstag den Betrieb wieder aufgenommen, teilte die Hafenbehörde mit. Fünf Monate lang hatten die Ingenieure auf ein Lager gewartet."), 0, true},
		{"German, other figures", oslo("Wetter für Kiel", "In Kiel wird es am Montag wolkig bei 12 Grad, nachts sinkt die Temperatur auf 4 Grad. Die Aussichten für die Woche bleiben unverändert."),
			bergen("Wetter für Kiel", "In Kiel wird es am Montag wolkig bei 17 Grad, nachts sinkt die Temperatur auf 9 Grad. Die Aussichten für die Woche bleiben unverändert."), time.Hour, false},
		{"Russian", oslo("Второй кран порта снова работает", "МУРМАНСК, 3 марта — Второй кран порта, стоявший с осеннего шторма, в четверг снова начал работу, сообщила администрация порта. Инженеры пять месяцев ждали подшипник, который делает один завод."),
			bergen("Второй портовый кран снова работает", "Второй кран порта, стоявший с осеннего шторма, в четверг снова начал работу, сообщила администрация порта. Инженеры пять месяцев ждали подшипник, который делает один завод."), 0, true},
		{"Russian, other figures", oslo("Курс на сегодня", "Центральный банк установил курс кроны на уровне 12,5 рубля, сообщила пресс-служба банка в четверг. Курс будет действовать до следующего дня торгов на бирже."),
			bergen("Курс на сегодня", "Центральный банк установил курс кроны на уровне 13,1 рубля, сообщила пресс-служба банка в четверг. Курс будет действовать до следующего дня торгов на бирже."), time.Hour, false},
		{"Chinese", oslo("港口第二台起重机恢复使用", "港务局表示，自去年秋天风暴以来停用的港口第二台起重机周四恢复工作。工程师们为一个轴承等了五个月，只有一家工厂能够生产。"),
			bergen("【关注】港口第二台起重机恢复使用", "（记者 李明）港务局表示，自去年秋天风暴以来停用的港口第二台起重机周四恢复工作。工程师们为一个轴承等了五个月，只有一家工厂能够生产。"), 0, true},
		{"Chinese, other story", oslo("港口第二台起重机恢复使用", "港务局表示，自去年秋天风暴以来停用的港口第二台起重机周四恢复工作。"),
			bergen("港口渡轮停航第二天", "由于大风袭击海岸，前往外岛的渡轮第二天停航，运营商称将在中午决定晚班船是否起航。"), 0, false},
		{"Japanese", oslo("港の第2クレーンが再稼働", "【オスロ】昨秋の嵐以来止まっていた港の第2クレーンが木曜日に再び稼働したと港湾局が発表した。技術者らは一つの軸受けを五か月待っていた。"),
			bergen("港の第2クレーンが再び稼働", "昨秋の嵐以来止まっていた港の第2クレーンが木曜日に再び稼働したと港湾局が発表した。技術者らは一つの軸受けを五か月待っていた。"), 0, true},
		{"Japanese, other quake", oslo("震度3の地震", "木曜日の午前、県の北部で震度3の地震があった。津波の心配はないと気象台が発表した。"),
			bergen("震度4の地震", "木曜日の午前、県の北部で震度4の地震があった。津波の心配はないと気象台が発表した。"), 0, false},
		{"Korean", oslo("항구 두 번째 크레인 다시 가동", "(부산=통신) 지난가을 폭풍 이후 멈춰 있던 항구의 두 번째 크레인이 목요일 다시 가동에 들어갔다고 항만 당국이 밝혔다. 기술자들은 한 공장에서만 만드는 베어링을 다섯 달 동안 기다렸다고 말했다."),
			bergen("항구 크레인 다시 가동", "지난가을 폭풍 이후 멈춰 있던 항구의 두 번째 크레인이 목요일 다시 가동에 들어갔다고 항만 당국이 밝혔다. 기술자들은 한 공장에서만 만드는 베어링을 다섯 달 동안 기다렸다고 말했다."), 0, true},
		{"Korean, other day", oslo("오늘의 환율 1,320원", "원화 환율은 오늘 1,320원에 마감했다고 은행이 밝혔다. 거래는 평소와 같은 수준이었으며 시장은 큰 움직임 없이 조용한 하루를 보냈다고 중개인들이 전했다."),
			bergen("오늘의 환율 1,345원", "원화 환율은 오늘 1,345원에 마감했다고 은행이 밝혔다. 거래는 평소와 같은 수준이었으며 시장은 큰 움직임 없이 조용한 하루를 보냈다고 중개인들이 전했다."), 0, false},
		{"Arabic", oslo("عودة الرافعة الثانية في الميناء إلى العمل", "عادت الرافعة الثانية في الميناء، المتوقفة منذ عاصفة الخريف، إلى العمل يوم الخميس، بحسب ما أعلنت سلطة الميناء. وكان المهندسون قد انتظروا قطعة واحدة خمسة أشهر كاملة."),
			bergen("الرافعة الثانية في الميناء تعود إلى العمل", "عَادت الرافعة الثانية في الميناء، المتوقفة منذ عاصفة الخريف، إلى العمل يوم الخميس، بحسب ما أعلنت سلطة الميناء. وكان المهندسون قد انتظروا قطعة واحدة خمسة أشهر كاملة."), 0, true},
		{"Arabic, other figures", oslo("سعر النفط اليوم", "أغلق سعر النفط اليوم عند ٨٢ دولارا للبرميل بحسب وسطاء في السوق، بينما بقيت الكميات المتداولة عند مستواها المعتاد طوال ساعات التداول في البورصة."),
			bergen("سعر النفط اليوم", "أغلق سعر النفط اليوم عند ٧٩ دولارا للبرميل بحسب وسطاء في السوق، بينما بقيت الكميات المتداولة عند مستواها المعتاد طوال ساعات التداول في البورصة."), 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			between := Between{Apart: test.apart}
			why, reason, ok := Judge(test.a, test.b, between)
			if ok != test.want || reason == "" {
				t.Errorf("Judge = %v (%+v, %q), want %v", ok, why, reason, test.want)
			}
			if why2, reason2, ok2 := Judge(test.b, test.a, between); ok2 != ok || reason2 != reason || why2 != why {
				t.Errorf("the other way round: %v (%q), not %v (%q)", ok2, reason2, ok, reason)
			}
			if ok && why.Layer != "content" {
				t.Errorf("layer is %q", why.Layer)
			}
			if x, y := test.a.Sketch, test.b.Sketch; ok && !Alike(common(x, y), len(x), len(y)) {
				t.Errorf("an index would not find the one for the other: sketches of %d and %d share %d", len(x), len(y), common(x, y))
			}
		})
	}
}

// Inside one feed, which has no reason to tell a story twice, less is joined.
func TestContentInFeed(t *testing.T) {
	one := Between{SameFeed: true}
	if _, ok := Agree(text("a", craneTitle, crane), text("b", "Dockers cheer", crane), one); ok {
		t.Error("one text under two titles joins in one feed")
	}
	if _, ok := Agree(text("a", craneTitle, crane), text("b", "Update: "+craneTitle, crane+" "+ferry), one); !ok {
		t.Error("an update under a new id is another story")
	}
	if _, ok := Agree(text("a", "Version 1.2 released", "What is new: "+crane), text("b", "Version 1.3 released", "What is new: "+crane), one); ok {
		t.Error("two releases are one story")
	}
	short := "The office is closed today, all enquiries are answered by the town hall on the square, the mayor said."
	a, b := text("a", "Office closed today", short), text("b", "Office closed today", short)
	if _, ok := Agree(a, b, Between{SameFeed: true, Apart: time.Minute}); !ok {
		t.Error("a notice that got another id is another story")
	}
	if _, ok := Agree(a, b, Between{SameFeed: true, Apart: 24 * time.Hour}); ok {
		t.Error("the notices of two days are one story")
	}
}

func TestBare(t *testing.T) {
	for in, want := range map[string]string{
		"OSLO, March 3 (NPA) - The crane":         "The crane",
		"NPA - OSLO, Norway -- The crane":         "The crane",
		"Wien – Der Kran":                         "Der Kran",
		"МОСКВА, 3 мар — Кран":                    "Кран",
		"(서울=통신) 크레인":                             "크레인",
		"【东京】起重机":                                 "起重机",
		"By Ann Author\nThe crane":                "The crane",
		"The crane - idle since autumn - is back": "The crane - idle since autumn - is back",
		"A well-known crane is back":              "A well-known crane is back",
		"By noon the crane was back. All cheered": "By noon the crane was back. All cheered",
		"": "", "- ": "- ", "(": "(", "()": "()",
	} {
		if got := bare(in); got != want {
			t.Errorf("bare(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestOwnMarkup(t *testing.T) {
	for in, want := range map[string]string{
		"<p>a</p>": "<p>a</p>",
		"a<BLOCKQUOTE class=x>b<blockquote>c</blockquote>d</blockquote>e": "a<p><p><p><p>e",
		"a<blockquote>b":             "a<p>",
		"a</blockquote>b<blockquote": "a<p>b<p>",
	} {
		if got := ownMarkup(in); got != want {
			t.Errorf("ownMarkup(%q) = %q, want %q", in, got, want)
		}
	}
}
