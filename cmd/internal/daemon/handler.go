package daemon

import (
	"context"
	"errors"
	"os"
	"time"

	"sluice/cmd/internal/control"
	"sluice/storage"
)

// A handler answers the commands that come in through the control socket.
type handler struct {
	d    *Daemon
	stop context.Context // ends when the daemon drains
}

var errStopping = errors.New("the daemon is stopping; what was polled is kept")

// Fetch implements control.Handler.
func (h handler) Fetch(ctx context.Context, r control.FetchRequest, report func(control.Polled)) (control.Fetched, error) {
	if err := h.d.renewLists(ctx, r.All); err != nil {
		return control.Fetched{}, h.explain(err)
	}
	out, err := h.d.Fetch(ctx, r, time.Time{}, report)
	return out, h.explain(err)
}

// Publish implements control.Handler.
func (h handler) Publish(ctx context.Context, dir string) (control.Published, error) {
	out, err := h.d.WriteTo(ctx, dir, time.Now())
	return out, h.explain(err)
}

// Adopt implements control.Handler.
func (h handler) Adopt(ctx context.Context, a storage.Adoption) (storage.Adopted, error) {
	out, err := h.d.store.Adopt(ctx, a, time.Now())
	if err == nil && !a.DryRun {
		h.d.outbox.addAll() // the id of the topic's documents may have changed
	}
	return out, h.explain(err)
}

// Reload implements control.Handler. A command that goes away does not break
// a reload off.
func (h handler) Reload(_ context.Context, r control.ReloadRequest) (control.Reloaded, error) {
	out, err := h.d.Reload(h.stop, r.Accept)
	return out, h.explain(err)
}

// Edit implements control.Handler. A command that goes away does not break a
// correction off.
func (h handler) Edit(_ context.Context, c control.Correction) (control.Corrected, error) {
	out, err := h.d.Edit(h.stop, c, time.Now())
	return out, h.explain(err)
}

// Confirm implements control.Handler.
func (h handler) Confirm(ctx context.Context, feed string) (control.Fetched, error) {
	out, err := h.d.Confirm(ctx, feed)
	return out, h.explain(err)
}

// Status implements control.Handler.
func (h handler) Status(context.Context) (control.Status, error) { return h.d.Status(), nil }

// Feeds implements control.Handler.
func (h handler) Feeds(ctx context.Context) ([]storage.FeedState, error) {
	out, err := h.d.store.Feeds(ctx)
	return out, h.explain(err)
}

// Topics implements control.Handler.
func (h handler) Topics(ctx context.Context) ([]storage.TopicState, error) {
	out, err := h.d.store.Topics(ctx)
	return out, h.explain(err)
}

// Lists implements control.Handler.
func (h handler) Lists(ctx context.Context) ([]storage.ListState, error) {
	out, err := h.d.store.Lists(ctx)
	return out, h.explain(err)
}

// Find implements control.Handler.
func (h handler) Find(ctx context.Context, ref storage.Ref) (storage.Item, error) {
	out, err := h.d.store.Find(ctx, ref)
	return out, h.explain(err)
}

// Stories implements control.Handler.
func (h handler) Stories(ctx context.Context, ids []storage.ID) ([]storage.Story, error) {
	out, err := control.Stories(ctx, h.d.store, ids)
	return out, h.explain(err)
}

// List implements control.Handler.
func (h handler) List(ctx context.Context, q storage.ListQuery) ([]storage.Item, string, error) {
	out, next, err := h.d.store.List(ctx, q)
	return out, next, h.explain(err)
}

// Labels implements control.Handler.
func (h handler) Labels(ctx context.Context, topic string) ([]storage.Label, error) {
	out, err := h.d.store.Labels(ctx, topic)
	return out, h.explain(err)
}

// Models implements control.Handler.
func (h handler) Models(ctx context.Context) ([]storage.Model, error) {
	out, err := h.d.store.Models(ctx)
	return out, h.explain(err)
}

// Label implements control.Handler.
func (h handler) Label(ctx context.Context, l storage.Labelling) error {
	err := h.d.store.Label(ctx, l)
	if err == nil {
		token(h.d.labelled)
	}
	return h.explain(err)
}

// Relearn implements control.Handler. A command that goes away does not break it
// off.
func (h handler) Relearn(_ context.Context, r control.RelearnRequest) error {
	return h.explain(h.d.Relearn(h.stop, r.Topic, r.Accept))
}

// Revisions implements control.Handler.
func (h handler) Revisions(ctx context.Context, item storage.ID) ([]storage.Revision, error) {
	out, err := h.d.store.Revisions(ctx, item)
	return out, h.explain(err)
}

// Verify implements control.Handler.
func (h handler) Verify(ctx context.Context) ([]string, error) {
	out, err := h.d.store.Verify(ctx)
	return out, h.explain(err)
}

// explain tells a command that the daemon ended in the middle.
func (h handler) explain(err error) error {
	if err != nil && h.stop.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, storage.ErrClosed)) {
		return errStopping
	}
	return err
}

// Status tells how the daemon is.
func (d *Daemon) Status() control.Status {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.state
	s.Program, s.PID, s.Started, s.Address, s.Secure = d.o.Program, os.Getpid(), d.started, d.Addr(), d.secure != nil
	return s
}
