package fetcher

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"sluice/config"
	"sluice/fetcher/guard"
	"sluice/fetcher/parse"
	"sluice/fetcher/schedule"
	"sluice/storage"
	"sluice/storage/story"
)

const (
	// staleTries is how often a poll's items are classified anew when the
	// store says that the topics have changed under them.
	staleTries = 8
	staleWait  = 10 * time.Millisecond // doubled each time

	maxItems = 10_000 // items of one document that are looked at
)

// Poll polls one claimed feed once and saves what came of it, in one go: the
// feed's state, and its items where there was a document that the store does
// not know. state is what Claim returned. Then it fetches the pages of the
// feed's items that await theirs, or are due for another try, each saved by
// itself.
//
// A feed that fails is a *Failure; its state is saved too, with the time of
// the next try. ErrLease and any other error of the store are returned as
// such. When ctx ends before the document is read, nothing is saved and the
// error wraps ctx.Err(); after that the poll is carried through.
//
// classifier is asked for the topics as they are now, again where the store
// finds that they have changed.
func (f *Fetcher) Poll(ctx context.Context, feed config.Feed, state storage.FeedState, classifier func() Classifier, now time.Time) (storage.Delta, error) {
	result, _, err := f.poll(ctx, feed, state, classifier, now, 0)
	if err == nil {
		err = f.pages(ctx, feed, classifier, now)
	}
	if err == nil {
		err = result.Err
	}
	return result.Delta, err
}

// poll is Poll. late is how long after now it takes place; host is how its
// host wants to be left alone, if it does.
func (f *Fetcher) poll(ctx context.Context, feed config.Feed, state storage.FeedState, classifier func() Classifier, now time.Time, late time.Duration) (result Result, host storage.HostState, err error) {
	start := time.Now()
	p := &poll{Fetcher: f, feed: feed, old: state, now: now, late: late, classifier: classifier}
	p.Poll = storage.Poll{State: state, Now: now}
	share := &share{budget: f.budget}
	defer share.release()

	p.failure = p.attempt(ctx, share)
	if ctx.Err() != nil {
		return Result{Feed: feed.Name}, host, fmt.Errorf("feed %s: %w", feed.Name, ctx.Err())
	}
	p.settle()
	delta, err := p.save(context.WithoutCancel(ctx))
	result = Result{Feed: feed.Name, Status: p.State.Status, Delta: delta, Took: time.Since(start)}
	result.Lost = isLost(err)
	if err == nil && p.failure != nil {
		result.Err = &Failure{Feed: feed.Name, Status: p.State.Status, Reason: p.State.Error, cause: p.failure}
	}
	p.tell(ctx, result, err)
	return result, p.Host, err
}

// A poll is one poll at work.
type poll struct {
	*Fetcher
	storage.Poll // what is to be saved
	feed         config.Feed
	old          storage.FeedState
	now          time.Time
	late         time.Duration
	retryAfter   time.Time
	classifier   func() Classifier
	judged       storage.ID // the topics for which items were left unread
	failure      error      // why the feed gave nothing
}

// attempt asks for the document and reads it, and returns why that failed. It
// fills the state with what the answer says; settle does the rest.
func (p *poll) attempt(ctx context.Context, share *share) error {
	request := p.request()
	request.Grow = share.grow
	resp, err := p.get(ctx, request)
	if err != nil {
		p.State.Status = 0
		var g *guard.Error
		if errors.As(err, &g) {
			p.State.Status = g.Status
		}
		return err
	}
	p.State.Status = resp.Status
	if resp.Status < 400 {
		p.State.Moved = resp.Moved
	}
	switch resp.Status {
	case http.StatusOK, http.StatusNonAuthoritativeInfo:
		return p.read(ctx, resp, share)
	case http.StatusNotModified:
		if request.ETag == "" && request.LastModified == "" {
			return &statusError{status: resp.Status}
		}
		return nil
	}
	p.retryAfter = schedule.RetryAfter(resp.RetryAfter, p.now.Add(p.late))
	if !p.retryAfter.IsZero() && (resp.Status == http.StatusTooManyRequests || resp.Status == http.StatusServiceUnavailable) {
		p.Host = storage.HostState{Name: hostOf(resp.URL), Until: p.retryAfter}
	}
	return &statusError{status: resp.Status, until: p.retryAfter}
}

func (p *poll) request() guard.Request {
	r := guard.Request{
		URL: p.feed.URL, UserAgent: p.feed.UserAgent,
		Headers: p.feed.Headers, BasicAuth: p.feed.BasicAuth,
		Timeout: p.feed.Timeout, MaxBody: p.feed.MaxBody, Proxy: p.feed.Proxy,
	}
	if p.old.ValidatedURL == p.feed.URL {
		r.ETag, r.LastModified = p.old.ETag, p.old.LastModified
	}
	return r
}

// read makes items of a body, unless it is the very one that was read last.
func (p *poll) read(ctx context.Context, resp *guard.Response, share *share) error {
	if len(resp.Body) == 0 {
		if resp.Incomplete != nil {
			return resp.Incomplete
		}
		return errEmpty
	}
	hash := bodyKey(resp)
	if resp.Incomplete == nil && hash == p.old.Body && p.old.ValidatedURL == p.feed.URL {
		p.validate(resp, hash)
		return nil
	}
	leave, err := p.enter(ctx, share, parseFactor*int64(len(resp.Body)))
	if err != nil {
		return err
	}
	defer leave()
	var doc *parse.Document
	if err := p.harmless(func() (err error) {
		doc, err = p.understand(ctx, resp)
		return err
	}); err != nil {
		if resp.Incomplete != nil {
			return resp.Incomplete
		}
		return err
	}
	p.describe(doc, resp)
	p.forgetValidators()
	if resp.Incomplete == nil && !doc.Truncated {
		p.validate(resp, hash)
	} else {
		p.Memory, p.Retracted = nil, nil // half a document may yet bring what it withdraws
	}
	return nil
}

// enter takes room for a document and a place among those that are parsed, and
// returns what gives the place back.
func (f *Fetcher) enter(ctx context.Context, share *share, room int64) (leave func(), err error) {
	if err := share.grow(ctx, room); err != nil {
		return nil, err
	}
	select {
	case f.parses <- struct{}{}:
		return func() { <-f.parses }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// understand parses a body and makes its items: those that have changed, or
// all where one that has not may depend on one that has.
func (p *poll) understand(ctx context.Context, resp *guard.Response) (*parse.Document, error) {
	p.judged = p.classifier().Fingerprint()
	if known := p.recollect(ctx); known != nil {
		if doc, err := p.look(resp, known); doc != nil || err != nil {
			return doc, err
		}
	}
	return p.look(resp, nil)
}

// look parses a body but for what is known, and makes its items. It returns
// neither document nor error where the known items have to be read too.
func (p *poll) look(resp *guard.Response, known *recollection) (*parse.Document, error) {
	base := resp.URL
	if p.feed.Private {
		base = publicBase(resp.URL)
	}
	contentType := resp.ContentType
	if p.feed.Charset != "" {
		contentType = mime.FormatMediaType("text/xml", map[string]string{"charset": p.feed.Charset})
	}
	var knows func(uint64) bool
	if known != nil {
		knows = known.knows
	}
	doc, err := parse.ParseNew(resp.Body, contentType, base, knows)
	if err != nil {
		return nil, err
	}
	if n := len(doc.Items); n > maxItems {
		doc.Items = doc.Items[:maxItems]
		doc.Warnings = append(doc.Warnings, fmt.Sprintf("only the first %d of its %d items are taken", maxItems, n))
	}
	doc.Base = resolve(base, doc.Base)
	frame, unread := p.frame(doc), known.unread(doc)
	if len(unread) > 0 && (known.twice || known.frame != frame || frame.IsZero()) {
		return nil, nil
	}
	n := normalise(p.feed, doc, p.old, p.now)
	kept, ok := bearInMind(unread, n.looks)
	if !ok {
		return nil, nil
	}
	p.Items, p.State.Refined = n.items, n.refined
	p.State.Advice = p.adviseIdentity(p.advise(doc), known, n.looks)
	p.Unchanged = make([]uint64, len(unread))
	for i := range unread {
		p.Unchanged[i] = unread[i].Identity
	}
	p.Memory = &storage.Memory{Frame: frame, Items: kept}
	p.Retracted = nil
	for _, id := range doc.Deleted {
		p.Retracted = append(p.Retracted, story.GUIDKey(id))
	}
	return doc, nil
}

// harmless runs what reads a feed's bytes. A fault in it leaves no items.
func (p *poll) harmless(read func() error) error {
	err := p.contain(p.feed.Name, read)
	if errors.Is(err, errFault) {
		p.dropItems()
	}
	return err
}

// dropItems leaves a poll with its state alone.
func (p *poll) dropItems() { p.Items, p.Unchanged, p.Retracted, p.Memory = nil, nil, nil, nil }

// contain runs what reads foreign bytes, so that a fault of ours that they
// find harms their own feed only.
func (f *Fetcher) contain(feed string, read func() error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			f.log().Error("fault while reading a feed", "feed", feed, "fault", fault)
			f.log().Debug("fault while reading a feed", "feed", feed, "stack", string(debug.Stack()))
			err = errFault
		}
	}()
	return read()
}

// describe fills the state with what a document says of its feed.
func (p *poll) describe(doc *parse.Document, resp *guard.Response) {
	origin := originOf(p.feed, doc, p.now)
	p.State.Title, p.State.Home, p.State.Language = origin.Title, origin.Home, origin.Language
	p.State.Hints = hintsOf(doc.Hints, p.now)
	p.State.Hubs = hubsOf(p.feed, doc, resolve(feedBase(p.feed), doc.Base))
	p.State.Entries = len(p.Items) + len(p.Unchanged)
	p.State.Warning = warning(doc, resp.Incomplete, p.feed)
	if p.State.FirstPoll.IsZero() {
		p.State.FirstPoll = p.now
	}
}

// validate keeps the validators of a document that was read and parsed whole.
func (p *poll) validate(resp *guard.Response, hash storage.Key) {
	p.State.ETag, p.State.LastModified = resp.ETag, resp.LastModified
	p.State.ValidatedURL, p.State.Body = p.feed.URL, hash
	if p.Memory != nil {
		p.Memory.Body = hash
	}
}

// forgetValidators makes the next poll ask for the whole document.
func (p *poll) forgetValidators() {
	p.State.ETag, p.State.LastModified, p.State.ValidatedURL = "", "", ""
	p.State.Body = storage.Key{}
}

// settle fills the rest of the state: how the poll went and when the next is.
func (p *poll) settle() {
	s := &p.State
	s.LastPoll = p.now
	if p.failure == nil {
		s.LastSuccess, s.Error, s.Failures = p.now, "", 0
	} else {
		p.dropItems()
		s.Error = sentence(p.failure, p.feed)
		s.Failures++
	}
	s.NextPoll = schedule.After(p.feed.Every, p.cfg, *s, schedule.Outcome{
		Failed: p.failure != nil, Status: s.Status, RetryAfter: p.retryAfter,
	}, p.now)
}

// save classifies the items and saves the poll, again where the topics have
// changed in between. Then the next poll reads the whole document.
func (p *poll) save(ctx context.Context) (storage.Delta, error) {
	if err := p.recall(ctx); err != nil {
		return storage.Delta{}, err
	}
	for try := 0; ; try++ {
		c := p.classifier()
		if c.Fingerprint() != p.judged && len(p.Unchanged) > 0 {
			p.forgetValidators()
			p.Memory = nil
		}
		p.classify(c)
		poll := p.Poll
		poll.Items = slices.Clone(p.Items) // the store's own, though it may refuse them
		delta, err := p.store.Save(ctx, poll)
		if err == nil {
			return delta, nil
		}
		if !errors.Is(err, storage.ErrStale) || try == staleTries {
			return storage.Delta{}, fmt.Errorf("feed %s: save: %w", p.feed.Name, err)
		}
		// The topics are being exchanged just now.
		sleep(ctx, staleWait<<try)
	}
}

// recall fills what queries may ask for and only the store knows: how old the
// items are, and what their pages say.
func (p *poll) recall(ctx context.Context) error {
	if len(p.Items) == 0 {
		return nil
	}
	ages, err := p.store.Ages(ctx, p.Poll)
	if err != nil {
		return fmt.Errorf("feed %s: save: %w", p.feed.Name, err)
	}
	keys := make([]storage.Key, len(p.Items))
	for i := range p.Items {
		keys[i] = p.Items[i].Identity.Key
	}
	extracts, err := p.store.Extracts(ctx, p.feed.Name, keys)
	if err != nil {
		return fmt.Errorf("feed %s: recall pages: %w", p.feed.Name, err)
	}
	for i := range p.Items {
		p.Items[i].Age, p.Items[i].Extract = ages[i], extracts[keys[i]]
	}
	return nil
}

// classify fills what the topics say of the items. A fault in that makes the
// poll a failed one.
func (p *poll) classify(c Classifier) {
	p.Routing = c.Fingerprint()
	fault := p.harmless(func() error {
		for i := range p.Items {
			if p.Items[i].Extract == nil {
				p.Items[i].Routing = c.Classify(&p.Items[i])
				continue
			}
			item := p.Items[i] // what its page says is not its feed's
			story.Fill(&item)
			p.Items[i].Routing = c.Classify(&item)
		}
		return nil
	})
	if fault != nil {
		status := p.State.Status
		p.State, p.failure = p.old, fault
		p.State.Status = status
		p.settle()
	}
}

// tell logs the poll.
func (p *poll) tell(ctx context.Context, r Result, err error) {
	level, text := slog.LevelDebug, "feed polled"
	switch {
	case err != nil && !r.Lost:
		level, text = slog.LevelError, "poll not saved"
	case r.Err != nil:
		level, text = slog.LevelWarn, "feed failed"
	case r.Delta.New+r.Delta.Changed > 0:
		level = slog.LevelInfo
	}
	log := p.log()
	if !log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{slog.String("feed", r.Feed), slog.Int("status", r.Status), slog.Duration("took", r.Took)}
	switch {
	case err != nil:
		attrs = append(attrs, slog.String("error", err.Error()))
	case r.Err != nil:
		attrs = append(attrs, slog.String("error", p.State.Error), slog.Int("failures", p.State.Failures), slog.Time("next", p.State.NextPoll))
	default:
		attrs = append(attrs, slog.Int("new", r.Delta.New), slog.Int("changed", r.Delta.Changed))
	}
	log.LogAttrs(ctx, level, text, attrs...)
}

// isLost reports whether a poll was not saved because the feed or the topics
// have changed hands, rather than by an error of the store.
func isLost(err error) bool {
	return errors.Is(err, storage.ErrLease) || errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrStale)
}

// bodyKey is the hash of a document's bytes and of the label that they are
// read by.
func bodyKey(resp *guard.Response) storage.Key {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%d %s ", len(resp.ContentType), resp.ContentType)
	_, _ = h.Write(resp.Body)
	return storage.Key(h.Sum(nil)[:16])
}
