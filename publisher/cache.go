package publisher

import (
	"container/list"
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/singleflight"
)

// How many bytes of documents are kept ready, all representations counted: they
// can't all be held.
const (
	archiveBytes = 32 << 20
	deltaBytes   = 8 << 20
)

// errBusy says that a document is not kept, and others are being rendered.
var errBusy = errors.New("busy")

// A cache keeps documents that are rendered on demand, those asked for last.
// Each belongs to a head, and is good as long as that head is served.
type cache struct {
	renders singleflight.Group
	slots   chan struct{} // one token per rendering under way
	limit   int           // of bytes
	wait    bool          // for a slot

	mu    sync.Mutex
	held  map[archiveKey]*list.Element // of *cached
	order list.List                    // the one asked for last in front
	bytes int
}

type cached struct {
	key      archiveKey
	head     *head
	document *document
}

// newCache returns a cache of so many bytes for which as many documents are
// rendered at a time as there are slots. What comes beside them waits, or is
// refused with errBusy.
func newCache(slots, limit int, wait bool) *cache {
	return &cache{slots: make(chan struct{}, slots), limit: limit, wait: wait, held: map[archiveKey]*list.Element{}}
}

// get returns the document, made by render where it is not kept. However many
// ask for it at a time, it is rendered once; a client that leaves does not
// spoil it for the others.
func (c *cache) get(ctx context.Context, k archiveKey, h *head, render func(context.Context) (*document, error)) (*document, error) {
	if d := c.find(k, h); d != nil {
		return d, nil
	}
	ctx = context.WithoutCancel(ctx)
	v, err, _ := c.renders.Do(k.version(h), func() (any, error) {
		select {
		case c.slots <- struct{}{}:
		default:
			if !c.wait {
				return nil, errBusy
			}
			c.slots <- struct{}{}
		}
		defer func() { <-c.slots }()
		if d := c.find(k, h); d != nil {
			return d, nil
		}
		d, err := render(ctx)
		if err != nil {
			return nil, err
		}
		c.keep(&cached{k, h, d})
		return d, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*document), nil
}

func (c *cache) find(k archiveKey, h *head) *document {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.held[k]
	if e == nil || e.Value.(*cached).head != h {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).document
}

func (c *cache) keep(entry *cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.held[entry.key]; old != nil {
		c.drop(old)
	}
	c.held[entry.key] = c.order.PushFront(entry)
	c.bytes += entry.document.size()
	for c.bytes > c.limit {
		c.drop(c.order.Back())
	}
}

func (c *cache) drop(e *list.Element) {
	entry := c.order.Remove(e).(*cached)
	delete(c.held, entry.key)
	c.bytes -= entry.document.size()
}
