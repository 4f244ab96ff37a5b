package publisher

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"sluice/publisher/render"
	"sluice/storage"
)

// Whatever changes, the documents that are made with what stays of the ones
// before are those that a new site renders from nothing.
func TestKeptEntriesChangeNoByte(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	m := newMemory("a")
	for n := range 20 {
		m.add("a", []string{"gazette", "herald", "secret"}[n%3], n)
	}
	s := published(t, m, "a")
	cfg, feeds := testConfig("a")
	next := 20
	steps := 150
	if testing.Short() {
		steps = 30
	}
	for step := range steps {
		m.mu.Lock()
		e := &m.held["a"][rnd.IntN(len(m.held["a"]))]
		was := ""
		switch what := rnd.IntN(12); what {
		case 0:
			e.Item.Title.Value = fmt.Sprint("Another title <&> ", step)
		case 1:
			e.Item.Content.Value = fmt.Sprintf("<p>Another text %d ]]></p>", step)
		case 2:
			e.Item.Authors = []storage.Person{{Name: fmt.Sprint("Author ", step)}}
		case 3:
			e.Others = []storage.Telling{{Feed: "herald", URL: fmt.Sprint("https://herald.example/o/", step), Title: "Other"}}
		case 4:
			e.Item.ITunes = &storage.ITunes{Season: step, Duration: time.Minute}
		case 5:
			e.Updated = e.Updated.Add(time.Minute)
		case 6:
			held := m.held["a"]
			i := rnd.IntN(len(held))
			m.held["a"] = append(held[:i:i], held[i+1:]...)
		case 7:
			m.feeds[rnd.IntN(len(m.feeds))].Private = rnd.IntN(2) == 0
		case 8:
			e.Item.Title.Value = ""
		case 9:
			feeds[rnd.IntN(len(feeds))].Rights = fmt.Sprint("Rights ", step)
			was = "config"
		case 10:
			cfg.Topics[0].Prefix = []string{"", "{feed}:", "{author},"}[rnd.IntN(3)]
			was = "config"
		case 11:
			m.mu.Unlock()
			m.add("a", "gazette", next)
			next++
			m.mu.Lock()
		}
		if len(m.held["a"]) < 5 {
			m.mu.Unlock()
			m.add("a", "herald", next)
			next++
			m.mu.Lock()
		}
		m.mu.Unlock()
		if was == "config" {
			c := *cfg
			s.Configure(&c, append(feeds[:0:0], feeds...))
		}
		publish(t, s, []string{"a"})
		fresh := New(m)
		c := *cfg
		fresh.Configure(&c, append(feeds[:0:0], feeds...))
		publish(t, fresh, nil)
		for path, d := range fresh.shown.Load().served {
			if got := s.shown.Load().served[path]; got == nil || !bytes.Equal(got.plain.body, d.plain.body) {
				t.Fatalf("step %d: %s differs", step, path)
			}
		}
	}
}

// A mark depends on every field of an entry: none is passed over.
func TestMarksSeeEveryField(t *testing.T) {
	s := New(newMemory())
	sum := func(e render.Entry) uint64 { return s.marks([]render.Entry{e})[0].sum }
	var e render.Entry
	e.Item.Source, e.Item.ITunes, e.Item.Podcast = &storage.Source{}, &storage.ITunes{}, &storage.Podcast{}
	e.Item.Authors = make([]storage.Person, 1)
	e.Item.Media = []storage.Media{{Thumbnails: make([]storage.Thumbnail, 1)}}
	before, fields := sum(e), 0
	if sum(e) != before {
		t.Fatal("the same entry has two marks")
	}
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		changed := func(undo func()) {
			fields++
			if sum(e) == before {
				t.Errorf("%s is passed over", path)
			}
			undo()
		}
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		undo := func() { v.Set(old) }
		switch v.Kind() {
		case reflect.String:
			v.SetString("x")
			changed(undo)
		case reflect.Bool:
			v.SetBool(true)
			changed(undo)
		case reflect.Int, reflect.Int64, reflect.Int32:
			v.SetInt(1)
			changed(undo)
		case reflect.Uint8, reflect.Uint32, reflect.Uint64:
			v.SetUint(1)
			changed(undo)
		case reflect.Float64, reflect.Float32:
			v.SetFloat(1)
			changed(undo)
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i), fmt.Sprint(path, "[", i, "]"))
			}
			v.Set(reflect.MakeSlice(v.Type(), v.Len()+1, v.Len()+1))
			changed(undo)
		case reflect.Array:
			walk(v.Index(0), path+"[0]")
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem(), path)
				v.SetZero()
				changed(undo)
			}
		case reflect.Struct:
			if v.Type() == reflect.TypeFor[time.Time]() {
				v.Set(reflect.ValueOf(time.Unix(5, 0)))
				changed(undo)
				return
			}
			for i := range v.NumField() {
				walk(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
		default:
			t.Errorf("%s: a field of kind %s", path, v.Kind())
		}
	}
	walk(reflect.ValueOf(&e).Elem(), "entry")
	if fields < 100 {
		t.Errorf("only %d fields", fields)
	}
}
