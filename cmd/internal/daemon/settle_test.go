package daemon

import (
	"testing"
	"testing/synctest"
	"time"
)

// A story that was held is released when it is ready, without anything else
// that happens.
func TestAwaitHeldStory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &Daemon{System: NewSystem(nil, nil, "")}
		began := time.Now()
		d.outbox.settle(began.Add(time.Hour))
		if !d.awaitPublication(t.Context()) || time.Since(began) > 0 {
			t.Fatal("the loop did not look up when a story was held")
		}
		if _, _, pending := d.outbox.take(); pending {
			t.Error("a held story is pending before its time")
		}
		if !d.awaitPublication(t.Context()) || time.Since(began) != time.Hour {
			t.Fatalf("the story is released after %s", time.Since(began))
		}
		if _, _, pending := d.outbox.take(); !pending {
			t.Error("nothing is pending when the story is ready")
		}
	})
}
