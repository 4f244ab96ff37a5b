package topic

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"sluice/storage"
)

// lessons returns texts on ships (yes) and on gardens, made of words of their
// own and of those that both have.
func lessons(n int) (items []*storage.Item, yes []bool) {
	const common = "the a of and was with it on at for new old day year town said"
	ships := strings.Fields("harbour crane ship captain anchor cargo deck quay hull pilot mast freight " + common)
	gardens := strings.Fields("rose hedge soil seed pond lawn compost tulip orchard spade bloom bulb " + common)
	dice := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		from := gardens
		if i%2 == 0 {
			from = ships
		}
		var text []string
		for range 30 {
			text = append(text, from[dice.IntN(len(from))])
		}
		items = append(items, &storage.Item{
			Language: "en", Title: storage.Text{Value: strings.Join(text[:5], " ")},
			Content: storage.Text{Value: "<p>" + strings.Join(text[5:], " ") + "</p>", HTML: true},
		})
		yes = append(yes, i%2 == 0)
	}
	return items, yes
}

func TestModelTellsWhatItLearned(t *testing.T) {
	items, yes := lessons(80)
	m := NewCourse(items).Learn(yes)
	unseen, want := lessons(100)
	for i, item := range unseen[80:] {
		score := m.Score(TextOf(item))
		if taken := score >= m.Threshold(); taken != want[80+i] {
			t.Errorf("item %d has the score %.3f, yes is %v", 80+i, score, want[80+i])
		}
	}
	if s := m.Score(TextOf(&storage.Item{})); s < 0 || s > 1 {
		t.Errorf("an empty item has the score %v", s)
	}
}

func TestModelTermsSayWhy(t *testing.T) {
	items, yes := lessons(80)
	m := NewCourse(items).Learn(yes)
	item := &storage.Item{Language: "en", Title: storage.Text{Value: "The Cranes, at the Quay: a rose for the captain"}}
	terms := m.Terms(item, 3)
	var got []string
	for i, term := range terms {
		got = append(got, term.Text)
		if up := i < 3; up != (term.Weight > 0) {
			t.Errorf("term %q has the weight %.3f", term.Text, term.Weight)
		}
	}
	for _, want := range []string{"Cranes", "captain", "rose"} {
		if !strings.Contains(strings.Join(got, "|"), want) {
			t.Errorf("the terms %q lack %q", got, want)
		}
	}
	if none := m.Terms(&storage.Item{}, 3); none != nil {
		t.Errorf("an empty item has the terms %v", none)
	}
}

func TestSameExamplesGiveTheSameModel(t *testing.T) {
	items, yes := lessons(60)
	a, b := NewCourse(items).Learn(yes).Bytes(), NewCourse(items).Learn(yes).Bytes()
	if !bytes.Equal(a, b) {
		t.Fatal("two runs differ")
	}
	other := NewCourse(items[:58]).Learn(yes[:58]).Bytes()
	if bytes.Equal(a, other) {
		t.Fatal("two examples fewer make no difference")
	}
}

func TestModelBytesRoundTrip(t *testing.T) {
	items, yes := lessons(60)
	for _, threshold := range []float64{0.5, 0.123456789, math.Inf(1)} {
		m := NewCourse(items).Learn(yes).At(threshold)
		back, err := ReadModel(m.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if back.Threshold() != m.Threshold() || !bytes.Equal(back.Bytes(), m.Bytes()) {
			t.Errorf("threshold %v: another model came back", threshold)
		}
		for _, item := range items {
			if a, b := m.Score(TextOf(item)), back.Score(TextOf(item)); a != b {
				t.Errorf("the score was %v and is %v", a, b)
			}
		}
	}
}

func TestForPrecision(t *testing.T) {
	scores := []float64{0.9, 0.8, 0.8, 0.7, 0.6, 0.5, 0.4}
	yes := []bool{true, true, true, false, true, true, false}
	for _, test := range []struct {
		wanted, threshold float64
	}{{0.99, 0.75}, {0.8, 0.45}, {0.5, 0.45}, {0.1, 0.45}} {
		if got := ForPrecision(scores, yes, test.wanted); math.Abs(got-test.threshold) > 1e-9 {
			t.Errorf("for %v the threshold is %v, want %v", test.wanted, got, test.threshold)
		}
	}
	if got := ForPrecision([]float64{0.9, 0.1}, []bool{false, true}, 0.9); !math.IsInf(got, 1) {
		t.Errorf("where no threshold will do it is %v", got)
	}
}

func TestInterval(t *testing.T) {
	for _, test := range []struct {
		right, n  int
		low, high float64
	}{{0, 0, 0, 1}, {9, 10, 0.596, 0.982}, {30, 30, 0.886, 1}, {0, 20, 0, 0.161}, {81, 263, 0.255, 0.366}} {
		low, high := Interval(test.right, test.n)
		if math.Abs(low-test.low) > 0.001 || math.Abs(high-test.high) > 0.001 {
			t.Errorf("%d of %d lies between %.3f and %.3f, want %.3f and %.3f", test.right, test.n, low, high, test.low, test.high)
		}
	}
}

func TestUnitsOfScripts(t *testing.T) {
	for _, test := range []struct {
		language, text string
		want           []string
	}{
		{"en", "Two ships", []string{"Two", "ships", "Two ships"}},
		{"zh", "港口AI", []string{"港", "口", "港口", "AI", "口AI"}},
		{"ja", "港の", []string{"港", "の", "港の"}},
		{"ko", "항구를 새", []string{"항", "구", "항구", "를", "구를", "새", "를 새"}},
	} {
		parts := read(&storage.Item{Language: test.language, Title: storage.Text{Value: test.text}})
		var got []string
		eachGram(parts[0], test.language, func(_ gram, start, end int) { got = append(got, parts[0].text[start:end]) })
		if fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%s: %q, want %q", test.text, got, test.want)
		}
	}
}

func TestTextOfAnyLengthIsBounded(t *testing.T) {
	var long strings.Builder
	for i := 0; long.Len() < 1<<20; i++ {
		fmt.Fprintf(&long, "w%d ", i)
	}
	for _, text := range []string{long.String(), strings.Repeat("港", 1<<18), strings.Repeat("항", 1<<18), strings.Repeat("x", 1<<20)} {
		item := &storage.Item{Content: storage.Text{Value: text}}
		if n := len(TextOf(item)); n > 2*maxUnits {
			t.Errorf("%.10q... has %d grams", text, n)
		}
	}
}

func FuzzReadModel(f *testing.F) {
	items, yes := lessons(10)
	f.Add(NewCourse(items).Learn(yes).Bytes())
	f.Add([]byte{})
	f.Add([]byte{modelVersion, 0, 0, 0, 0})
	text := TextOf(items[0])
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ReadModel(data)
		if err != nil {
			if !errors.Is(err, ErrModel) {
				t.Fatalf("another error: %v", err)
			}
			return
		}
		m.Score(text)
	})
}

func TestModelLearnsInAnyScript(t *testing.T) {
	for _, test := range []struct {
		language string
		yes, no  []string
		want     string // a new text that is yes
		other    string
	}{
		{"zh",
			[]string{"港口起重机装卸货物", "货轮停靠港口码头", "船长在码头卸货"}, []string{"花园里的玫瑰开了", "草坪需要肥料", "种子和土壤"},
			"码头的货轮", "玫瑰的种子"},
		{"ja",
			[]string{"港のクレーンが貨物を運ぶ", "貨物船が埠頭に着く", "船長は埠頭で待つ"}, []string{"庭のバラが咲いた", "芝生には肥料がいる", "種と土"},
			"埠頭の貨物船", "バラの種"},
		{"ko",
			[]string{"항구의 크레인이 화물을 옮긴다", "화물선이 부두에 닿는다", "선장은 부두에서 기다린다"}, []string{"정원에 장미가 피었다", "잔디에는 비료가 필요하다", "씨앗과 흙"},
			"부두로 가는 화물선을", "장미와 씨앗을"},
		{"", // told by nothing
			[]string{"грузовой кран в порту", "судно стоит у причала", "капитан ждёт у причала"}, []string{"в саду цветут розы", "газону нужно удобрение", "семена и почва"},
			"кран у причала", "семена розы"},
	} {
		var items []*storage.Item
		var yes []bool
		for i := range test.yes {
			for _, text := range []string{test.yes[i], test.no[i]} {
				items = append(items, &storage.Item{Language: test.language, Title: storage.Text{Value: text}})
				yes = append(yes, text == test.yes[i])
			}
		}
		m := NewCourse(items).Learn(yes)
		score := func(text string) float64 {
			return m.Score(TextOf(&storage.Item{Language: test.language, Title: storage.Text{Value: text}}))
		}
		if a, b := score(test.want), score(test.other); a < 0.5 || b >= 0.5 {
			t.Errorf("%s: %q scores %.3f and %q %.3f", test.language, test.want, a, test.other, b)
		}
	}
}
