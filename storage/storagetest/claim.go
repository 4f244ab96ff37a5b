package storagetest

import (
	"errors"
	"slices"
	"time"

	"sluice/storage"
)

func claimTests() []test {
	return []test{
		{"in order of NextPoll, then name", func(w *world) {
			w.feeds = specs("d", "c", "b", "a", "e")
			w.enrol()
			for name, next := range map[string]time.Duration{"a": 30, "b": 10, "c": 20, "d": 10, "e": 99} {
				p := w.polled(w.claim(name))
				p.State.NextPoll = w.now.Add(next * time.Minute)
				w.save(p)
			}
			w.wait(30 * time.Minute)
			w.claims(storage.Claim{}, "b", "d", "c", "a")
		}},
		{"due at the very time", func(w *world) {
			w.feeds = specs("a")
			w.enrol()
			w.poll("a")
			next := w.feed("a").NextPoll
			w.now = next.Add(-time.Microsecond)
			w.claims(storage.Claim{})
			w.now = next
			w.claims(storage.Claim{}, "a")
		}},
		{"a poll may bring the next one nearer", func(w *world) {
			w.feeds = specs("a", "b")
			w.enrol()
			for _, next := range []time.Duration{24 * time.Hour, 15 * time.Minute} {
				p := w.polled(w.claim("a"))
				p.State.NextPoll = w.now.Add(next)
				w.save(p)
			}
			w.poll("b")
			next, err := w.store.NextPoll(w.ctx)
			if err != nil || !next.Equal(w.now.Add(15*time.Minute)) {
				w.Errorf("NextPoll is %v (%v), want %v", next, err, w.now.Add(15*time.Minute))
			}
			w.wait(20 * time.Minute)
			w.claims(storage.Claim{}, "a")
		}},
		{"Limit and Feeds", func(w *world) {
			w.claims(storage.Claim{Limit: 2}, "a", "b")
			w.claims(storage.Claim{Feeds: []string{"a"}})
			w.claims(storage.Claim{Feeds: []string{"c"}, Limit: 5}, "c")
		}},
		{"Force takes what is not due, but no lease", func(w *world) {
			w.poll("a")
			w.poll("b")
			w.poll("c")
			w.claims(storage.Claim{})
			w.claims(storage.Claim{Feeds: []string{"b"}, Force: true}, "b")
			w.claims(storage.Claim{Force: true}, "a", "c")
			w.claims(storage.Claim{Force: true})
		}},
		{"a lease ends with its time, and tokens grow", func(w *world) {
			first := w.claim("a")
			w.wait(time.Minute - time.Second)
			w.claims(storage.Claim{Feeds: []string{"a"}, Force: true})
			w.wait(2 * time.Second)
			second := w.claim("a")
			if second.Token <= first.Token {
				w.Errorf("the token went from %d to %d", first.Token, second.Token)
			}
			if !second.Lease.Equal(w.now.Add(time.Minute)) {
				w.Errorf("the lease holds until %v, want %v", second.Lease, w.now.Add(time.Minute))
			}
			w.save(w.polled(second))
			if third := w.claim("a"); third.Token <= second.Token {
				w.Errorf("the token went from %d to %d", second.Token, third.Token)
			}
		}},
		{"a lease that was taken over saves nothing", func(w *world) {
			late := w.claim("a")
			w.wait(2 * time.Minute)
			current := w.claim("a")
			if _, err := w.store.Save(w.ctx, w.polled(late, article("a", 1))); !errors.Is(err, storage.ErrLease) {
				w.Errorf("Save with an old token: %v, want ErrLease", err)
			}
			if f := w.feed("a"); len(w.items()) != 0 || !f.LastPoll.IsZero() {
				w.Errorf("a refused Save changed the store: %s", show(f))
			}
			if d := w.save(w.polled(current, article("a", 1))); d.New != 1 {
				w.Errorf("Save of the current lease: %s", show(d))
			}
		}},
		{"a lease that ended but was not taken still saves", func(w *world) {
			state := w.claim("a")
			w.wait(time.Hour)
			if d := w.save(w.polled(state, article("a", 1))); d.New != 1 {
				w.Errorf("Save: %s", show(d))
			}
		}},
		{"a token outlives the process", func(w *world) {
			first := w.claim("a")
			w.reopen()
			if d := w.save(w.polled(first)); d.New != 0 {
				w.Errorf("Save: %s", show(d))
			}
			w.reopen()
			if second := w.claim("a"); second.Token <= first.Token {
				w.Errorf("the token went from %d to %d", first.Token, second.Token)
			}
		}},
		{"a host that asked is left alone, even with Force", func(w *world) {
			w.feeds = []storage.FeedSpec{
				{Name: "a", URL: "https://Host.example/a"},
				{Name: "b", URL: "https://host.example/b"},
				{Name: "c", URL: "https://host.example:8443/c"},
				{Name: "d", URL: "https://other.example/host.example"},
			}
			w.enrol()
			p := w.polled(w.claim("a"))
			until := w.now.Add(30 * time.Minute)
			p.Host = storage.HostState{Name: "host.example", Until: until}
			w.save(p)
			w.claims(storage.Claim{Force: true}, "c", "d")
			for _, name := range []string{"a", "b"} {
				if f := w.feed(name); !f.HostUntil.Equal(until) {
					w.Errorf("feed %s: HostUntil is %v, want %v", name, f.HostUntil, until)
				}
			}
			if f := w.feed("d"); !f.HostUntil.IsZero() {
				w.Errorf("feed d: HostUntil is %v, want zero", f.HostUntil)
			}
			w.wait(31 * time.Minute)
			w.claims(storage.Claim{Feeds: []string{"a", "b"}, Force: true}, "b", "a")
		}},
		{"an earlier Until does not shorten a host's rest", func(w *world) {
			w.feeds = []storage.FeedSpec{{Name: "a", URL: "https://host.example:8443/a"}, {Name: "b", URL: "https://host.example:8443/b"}}
			w.enrol()
			one, two := w.polled(w.claim("a")), w.polled(w.claim("b"))
			one.Host = storage.HostState{Name: "host.example:8443", Until: w.now.Add(3 * time.Hour)}
			two.Host = storage.HostState{Name: "host.example:8443", Until: w.now.Add(time.Hour)}
			w.save(one)
			w.save(two)
			w.wait(2 * time.Hour)
			w.claims(storage.Claim{})
			w.reopen()
			w.claims(storage.Claim{Force: true})
			w.wait(2 * time.Hour)
			w.claims(storage.Claim{}, "a", "b")
		}},
	}
}

// claims fails unless the claim leases these feeds in this order.
func (w *world) claims(c storage.Claim, want ...string) {
	w.Helper()
	c.Now, c.Lease = w.now, 10*time.Minute
	states, err := w.store.Claim(w.ctx, c)
	if err != nil {
		w.Fatalf("Claim: %v", err)
	}
	var got []string
	for _, f := range states {
		got = append(got, f.Name)
		if !f.Lease.Equal(w.now.Add(c.Lease)) || f.Token == 0 {
			w.Errorf("feed %s: lease until %v with token %d, want until %v", f.Name, f.Lease, f.Token, w.now.Add(c.Lease))
		}
	}
	if !slices.Equal(got, want) {
		w.Errorf("Claim of %s gave %q, want %q", show(c), got, want)
	}
}
