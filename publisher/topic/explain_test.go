package topic

import (
	"fmt"
	"strings"
	"testing"

	"sluice/config"
)

// told writes a finding with one line for each part.
func told(b *strings.Builder, f *Finding, depth int) {
	fmt.Fprintf(b, "%s%v %s", strings.Repeat("  ", depth), f.Holds, f.Query)
	for _, p := range f.Places {
		fmt.Fprintf(b, " [%s %d %s|%s|%s]", p.Where, p.Word, strings.TrimSpace(p.Before), p.Text, strings.TrimSpace(p.After))
	}
	if f.More > 0 {
		fmt.Fprintf(b, " +%d", f.More)
	}
	b.WriteByte('\n')
	for i := range f.Parts {
		told(b, &f.Parts[i], depth+1)
	}
}

func TestExplain(t *testing.T) {
	s := mustCompile(t, topics(
		config.Topic{Name: "korea", Match: []string{`("north korea" OR dprk OR topic:arms OR /ship\w+/) -sport`}, Never: "title:cup"},
		config.Topic{Name: "arms", Match: []string{"munition* NEAR/3 shipments"}},
	), "horoscope", []config.Feed{{Name: "agency", Topics: []string{"korea"}}})
	it := item("en", "North Korea Sends Mass Shipments of Munitions", "<p>The <b>shipment</b> left North Korea. North Korea, North Korea, north Korea, North Korea, North Korea!</p>")
	it.Content.HTML = true
	it.Feed = "agency"
	a, ok := s.Explain(it, "korea")
	if !ok || !a.Taken || a.Barred || !a.Feed {
		t.Fatalf("%v %+v", ok, a)
	}
	var b strings.Builder
	told(&b, a.Match, 0)
	told(&b, a.Never, 0)
	told(&b, a.All, 0)
	want := `true ("north korea" OR dprk OR topic:arms OR /ship\w+/) -sport
  true "north korea" OR dprk OR topic:arms OR /ship\w+/
    true "north korea" [title 1 |North Korea|Sends Mass Shipments of] [text 4 The shipment left|North Korea|. North Korea, North Korea,] [text 6 shipment left North Korea.|North Korea|, North Korea, north Korea,] [text 8 North Korea. North Korea,|North Korea|, north Korea, North Korea,] [text 10 North Korea, North Korea,|north Korea|, North Korea, North Korea!] +2
    false dprk
    true topic:arms
    true /ship\w+/ [text 2 The|shipment|left North Korea. North]
  true -sport
    false sport
false title:cup
false horoscope
`
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
	if _, ok := s.Explain(it, "nothing"); ok {
		t.Error("a topic that is not there is explained")
	}
}

func TestExplainAgreesWithClassify(t *testing.T) {
	s := mustCompile(t, topics(
		config.Topic{Name: "a", Match: []string{"x y", "topic:b"}, Never: "z"},
		config.Topic{Name: "b", Match: []string{"2 of (x, z, w)"}},
	), "", nil)
	for _, text := range []string{"", "x", "x y", "x w", "x y z", "x z", "w"} {
		it := item("en", "", text)
		r := s.Classify(it)
		for _, name := range []string{"a", "b"} {
			a, _ := s.Explain(it, name)
			if got := fmt.Sprint(a.Taken, a.Barred); got != fmt.Sprint(strings.Contains(fmt.Sprint(r.Topics), name), strings.Contains(fmt.Sprint(r.Barred), name)) {
				t.Errorf("%q in %s: %s, but Classify says %v", text, name, got, r)
			}
		}
	}
}

func TestJudge(t *testing.T) {
	for _, tt := range []struct {
		query, title, text string
		want               Verdict
	}{
		{"korea OR dprk", "Korea", "", In},
		{"korea OR dprk", "", "of Korea", BarelyIn},
		{"korea OR dprk", "", "korea and korea", In},
		{"korea OR dprk", "", "nothing", Out},
		{"korea -sport", "Korea's sport", "", BarelyOut},
		{"korea -sport", "sport", "", Out},
		{"korea seoul arms", "korea seoul", "", BarelyOut},
		{"korea seoul arms", "korea", "", Out},
		{"2 of (a, b, c)", "a", "", BarelyOut},
		{"2 of (a, b, c)", "", "", Out},
		{"korea -(sport cup)", "korea sport cup", "", BarelyOut},
		{"* -sport", "sport", "", Out},
	} {
		if got := mustParse(t, tt.query).Judge(item("en", tt.title, tt.text), nil); got != tt.want {
			t.Errorf("%s of %q, %q: %v, want %v", tt.query, tt.title, tt.text, got, tt.want)
		}
	}
}
