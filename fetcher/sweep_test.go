package fetcher

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sluice/config"
	"sluice/fetcher/guard"
	"sluice/storage"
)

// A farm is many feeds on made-up hosts, a store, and a log of what was asked.
type farm struct {
	*testing.T
	f     *Fetcher
	m     *memory
	feeds map[string]config.Feed

	mu      sync.Mutex
	asked   map[string][]time.Time // by host
	running map[string]int
	most    map[string]int // most polls at once, by host; "" is all
	results []Result
}

// newFarm makes feeds on hosts: so many on each. The handler, where there is
// one, answers; each answer takes a second.
func newFarm(t *testing.T, cfg config.Fetch, hosts map[string]int, h http.HandlerFunc) *farm {
	t.Helper()
	f := &farm{T: t, feeds: make(map[string]config.Feed), asked: make(map[string][]time.Time), running: make(map[string]int), most: make(map[string]int)}
	for host, n := range hosts {
		for i := range n {
			name := fmt.Sprintf("%s-%03d", host, i)
			f.feeds[name] = config.Feed{Name: name, URL: fmt.Sprintf("https://%s.example/%d", host, i), Every: time.Hour}
		}
	}
	if h == nil {
		h = func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, document(1)) }
	}
	cfg.Max = 24 * time.Hour
	f.m = newMemory(f.feeds)
	f.f = New(f.m, guard.New(cfg, "sluice/test"), cfg)
	f.f.byHandler(func(w http.ResponseWriter, r *http.Request) {
		f.enter(r.Host, 1)
		defer f.enter(r.Host, -1)
		h(w, r)
		sleep(r.Context(), time.Second)
	})
	return f
}

func (f *farm) enter(host string, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n > 0 {
		f.asked[host] = append(f.asked[host], time.Now())
	}
	for _, name := range []string{host, ""} {
		f.running[name] += n
		f.most[name] = max(f.most[name], f.running[name])
	}
}

func (f *farm) sweep(ctx context.Context, c storage.Claim) error {
	if c.Lease == 0 {
		c.Lease = time.Hour
	}
	return f.f.Sweep(ctx, f.feeds, c, always, func(r Result) { f.results = append(f.results, r) })
}

// polled returns how many polls were made.
func (f *farm) polled() (n int) {
	for _, times := range f.asked {
		n += len(times)
	}
	return n
}

func (f *farm) unleased() {
	f.Helper()
	for name := range f.feeds {
		if lease := f.m.state(name).Lease; !lease.IsZero() {
			f.Errorf("%s is still leased until %s", name, lease)
		}
	}
}

var wide = config.Fetch{Concurrency: 8, PerHost: config.PerHost{Concurrency: 1, Gap: 5 * time.Second}}

func TestSweepPollsEachFeedOnce(t *testing.T) {
	for _, force := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			f := newFarm(t, wide, map[string]int{"a": 300, "b": 7, "c": 1, "d": 1}, nil)
			if err := f.sweep(t.Context(), storage.Claim{Force: force}); err != nil {
				t.Fatal(err)
			}
			if f.polled() != 309 || len(f.results) != 309 {
				t.Errorf("%d polls, %d results; want 309 of each", f.polled(), len(f.results))
			}
			seen := make(map[string]bool)
			for _, r := range f.results {
				if seen[r.Feed] || r.Status != 200 || r.Delta.New != 1 || r.Err != nil || r.Lost || !r.Deferred.IsZero() {
					t.Errorf("result %+v", r)
				}
				seen[r.Feed] = true
			}
			f.unleased()
			if err := f.sweep(t.Context(), storage.Claim{}); err != nil || f.polled() != 309 {
				t.Errorf("nothing is due: %v, %d polls", err, f.polled())
			}
		})
	}
}

func TestSweepIsPolite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"slow": 20, "b": 3, "c": 1}, nil)
		start := time.Now()
		if err := f.sweep(t.Context(), storage.Claim{}); err != nil {
			t.Fatal(err)
		}
		for host, times := range f.asked {
			slices.SortFunc(times, time.Time.Compare)
			for i := 1; i < len(times); i++ {
				if gap := times[i].Sub(times[i-1]); gap < wide.PerHost.Gap {
					t.Errorf("%s was asked again after %s", host, gap)
				}
			}
			if f.most[host] != 1 {
				t.Errorf("%s was asked %d times at once", host, f.most[host])
			}
		}
		// A host's own pace holds up nobody else.
		if b := f.asked["b.example"]; b[len(b)-1].Sub(start) > 3*wide.PerHost.Gap {
			t.Errorf("b waited for the slow host until %s", b[len(b)-1].Sub(start))
		}
		if took := time.Since(start); took > 21*wide.PerHost.Gap {
			t.Errorf("20 feeds of one host took %s", took)
		}
	})
}

func TestSweepConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hosts := map[string]int{"big": 50}
		for i := range 100 {
			hosts[fmt.Sprint("h", i)] = 1
		}
		cfg := config.Fetch{Concurrency: 10, PerHost: config.PerHost{Concurrency: 3}}
		f := newFarm(t, cfg, hosts, nil)
		start := time.Now()
		if err := f.sweep(t.Context(), storage.Claim{}); err != nil {
			t.Fatal(err)
		}
		if f.most[""] != 10 || f.most["big.example"] != 3 {
			t.Errorf("%d polls at once, %d of one host; want 10 and 3", f.most[""], f.most["big.example"])
		}
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("150 polls of a second each took %s", took)
		}
	})
}

func TestSweepsShareTheirLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"a": 10, "b": 10}, nil)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if err := f.f.Sweep(t.Context(), f.feeds, storage.Claim{Lease: time.Hour}, always, nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if f.polled() != 20 || f.most["a.example"] != 1 || f.most["b.example"] != 1 {
			t.Errorf("%d polls, at once: %v", f.polled(), f.most)
		}
	})
}

func TestSweepLeavesAHostAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"busy": 10, "calm": 2}, func(w http.ResponseWriter, r *http.Request) {
			if r.Host == "busy.example" && r.URL.Path == "/2" {
				w.Header().Set("Retry-After", "600")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			_, _ = io.WriteString(w, document(1))
		})
		start := time.Now()
		if err := f.sweep(t.Context(), storage.Claim{}); err != nil {
			t.Fatal(err)
		}
		asked := len(f.asked["busy.example"])
		if asked != 3 || len(f.asked["calm.example"]) != 2 || len(f.results) != 12 {
			t.Fatalf("busy was asked %d times, calm %d times; %d results", asked, len(f.asked["calm.example"]), len(f.results))
		}
		// It was asked for the third time 10 s after the start, and answered within a second.
		until := start.Add(610 * time.Second)
		for _, r := range f.results {
			s := f.m.state(r.Feed)
			switch {
			case r.Deferred.IsZero():
			case r.Deferred.Before(until) || r.Deferred.After(until.Add(time.Second)) || r.Err != nil || s.Failures != 0 || !s.LastPoll.IsZero() || s.NextPoll.Before(until):
				t.Errorf("result %+v, state %+v", r, s)
			}
		}
		f.unleased()
		time.Sleep(5 * time.Minute)
		if err := f.sweep(t.Context(), storage.Claim{Force: true}); err != nil || len(f.asked["busy.example"]) != asked {
			t.Errorf("%v; asked %d times in its time of rest", err, len(f.asked["busy.example"])-asked)
		}
		time.Sleep(6 * time.Minute)
		if err := f.sweep(t.Context(), storage.Claim{}); err != nil || len(f.asked["busy.example"]) != asked+7 {
			t.Errorf("%v; asked %d times after its rest, want 7", err, len(f.asked["busy.example"])-asked)
		}
	})
}

func TestSweepClaimsAnewWhatWaitedTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"a": 30}, nil)
		if err := f.sweep(t.Context(), storage.Claim{Lease: 20 * time.Second}); err != nil {
			t.Fatal(err)
		}
		if f.polled() != 30 || len(f.results) != 30 {
			t.Errorf("%d polls, %d results; want 30", f.polled(), len(f.results))
		}
		for _, r := range f.results {
			if r.Lost || r.Status != 200 {
				t.Errorf("result %+v", r)
			}
		}
	})
}

func TestSweepStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"a": 50, "b": 1}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(7500*time.Millisecond, cancel)
		start := time.Now()
		err := f.sweep(ctx, storage.Claim{})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("sweep: %v, want context.Canceled", err)
		}
		if took := time.Since(start); took != 7500*time.Millisecond {
			t.Errorf("stopped after %s", took)
		}
		if len(f.results) != 3 { // b, and a at 0 s and 5 s
			t.Errorf("%d results, want 3", len(f.results))
		}
		f.unleased()
		for name := range f.feeds {
			if s := f.m.state(name); s.Failures != 0 || s.Error != "" {
				t.Errorf("state %+v", s)
			}
		}
		if err := f.sweep(t.Context(), storage.Claim{}); err != nil || f.polled() != 51 {
			t.Errorf("the next sweep: %v, %d polls in all, want 51", err, f.polled())
		}
	})
}

func TestSweepStopsInThePoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"a": 2, "b": 1}, func(w http.ResponseWriter, r *http.Request) { sleep(r.Context(), time.Hour) })
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := f.sweep(ctx, storage.Claim{}); !errors.Is(err, context.DeadlineExceeded) || len(f.results) != 0 {
			t.Errorf("sweep: %v, results %+v", err, f.results)
		}
		f.unleased()
	})
}

func TestSweepDrains(t *testing.T) {
	for _, test := range []struct {
		answer, took time.Duration
		results      int
	}{
		{10 * time.Second, 11 * time.Second, 2}, // answered after the stop, with the second that each answer takes
		{time.Hour, 25 * time.Second, 0},        // given up at the end of the drain
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFarm(t, wide, map[string]int{"a": 2, "b": 1}, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, document(1))
				sleep(r.Context(), test.answer)
			})
			f.f.Drain = 20 * time.Second
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(5*time.Second, cancel)
			start := time.Now()
			if err := f.sweep(ctx, storage.Claim{}); !errors.Is(err, context.Canceled) {
				t.Errorf("sweep: %v, want context.Canceled", err)
			}
			if took := time.Since(start); took != test.took || len(f.results) != test.results {
				t.Errorf("stopped after %s with %d results, want %s and %d", took, len(f.results), test.took, test.results)
			}
			for _, r := range f.results {
				if r.Err != nil || r.Delta.New != 1 {
					t.Errorf("result %+v", r)
				}
			}
			f.unleased()
		})
	}
}

func TestSweepEndsOnAnErrorOfTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"a": 20, "b": 20}, nil)
		full := errors.New("disk full")
		f.m.fail = full
		if err := f.sweep(t.Context(), storage.Claim{}); !errors.Is(err, full) {
			t.Errorf("sweep: %v, want %v", err, full)
		}
		if n := f.polled(); n > 4 {
			t.Errorf("%d polls went on", n)
		}
	})
}

func TestSweepPassesOverWhatItDoesNotKnow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"a": 3}, nil)
		delete(f.feeds, "a-001")
		if err := f.sweep(t.Context(), storage.Claim{}); err != nil || f.polled() != 2 {
			t.Errorf("sweep: %v, %d polls, want 2", err, f.polled())
		}
		if !f.m.state("a-001").Lease.IsZero() {
			t.Error("a feed without a config stays leased")
		}
	})
}

func TestSweepLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"a": 3, "b": 3}, nil)
		if err := f.sweep(t.Context(), storage.Claim{Limit: 4}); err != nil || f.polled() != 4 {
			t.Errorf("sweep: %v, %d polls, want 4", err, f.polled())
		}
	})
}

func TestBackOffAcrossSweeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"dead": 1}, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) })
		for range 24 * 7 { // a cron job, each hour for a week
			if err := f.sweep(t.Context(), storage.Claim{}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
		}
		// at 0, 1, 3, 7, 15, 31 h, then each day
		if n := f.polled(); n < 10 || n > 13 {
			t.Errorf("a dead feed was polled %d times in a week", n)
		}
	})
}

func TestCronOfTheSamePeriodFindsEachFeedDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFarm(t, wide, map[string]int{"a": 10, "b": 10}, nil)
		for run := 1; run <= 10; run++ {
			if err := f.sweep(t.Context(), storage.Claim{}); err != nil || f.polled() != 20*run {
				t.Fatalf("run %d: %v, %d polls in all", run, err, f.polled())
			}
			time.Sleep(time.Hour - time.Duration(time.Now().UnixNano())%time.Hour)
		}
	})
}
