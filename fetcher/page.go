package fetcher

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sluice/config"
	"sluice/fetcher/extract"
	"sluice/fetcher/guard"
	"sluice/fetcher/schedule"
	"sluice/storage"
	"sluice/storage/story"
)

const (
	// pageLease is how long a page is ours at least: its host's pages wait for
	// each other.
	pageLease = 10 * time.Minute

	// pageFactor is how many times its size a page counts while it is read.
	pageFactor = 10

	acceptPage = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
)

// pages fetches the pages of a feed that are due, one after the other.
func (f *Fetcher) pages(ctx context.Context, feed config.Feed, classifier func() Classifier, now time.Time) error {
	for ctx.Err() == nil {
		claimed, err := f.store.ClaimPages(ctx, storage.PageClaim{Feeds: []string{feed.Name}, Now: now, Lease: pageLease, Limit: 1})
		if err != nil {
			return fmt.Errorf("feed %s: claim pages: %w", feed.Name, err)
		}
		if len(claimed) == 0 {
			return nil
		}
		leave, resting := f.pace.enter(ctx, hostOf(claimed[0].Item.URL), f.polls)
		if leave == nil && resting <= 0 {
			break
		}
		_, err = f.page(ctx, feed, claimed[0], classifier, now, resting)
		if leave != nil {
			leave()
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// page fetches one claimed page and saves what came of it; where its host rests
// it saves that. It returns how the host wants to be left alone. The error is
// the store's, or wraps ctx.Err(): then nothing was saved.
func (f *Fetcher) page(ctx context.Context, feed config.Feed, claimed storage.ClaimedPage, classifier func() Classifier, now time.Time, resting time.Duration) (storage.HostState, error) {
	p := &page{Fetcher: f, feed: feed, item: claimed.Item, now: now}
	p.PageOutcome = storage.PageOutcome{Item: claimed.Item.ID, Token: claimed.Token, Now: now}
	until := claimed.HostUntil
	if resting > 0 {
		until = now.Add(resting)
	}
	var failure error
	switch {
	case !feed.FullText:
		failure = errNoFullText
	case until.After(now):
		p.retryAfter = until
		failure = &pageError{fmt.Sprintf("its host asks to be left alone until %s", until.UTC().Format(time.RFC3339))}
	default:
		failure = p.attempt(ctx)
	}
	if ctx.Err() != nil {
		return p.Host, fmt.Errorf("feed %s: page: %w", feed.Name, ctx.Err())
	}
	p.settle(failure)
	err := p.save(context.WithoutCancel(ctx), classifier)
	p.tell(ctx, failure, err)
	if isLost(err) {
		err = nil
	}
	return p.Host, err
}

// A pageError says why a page gave no text, in a sentence for people.
type pageError struct{ text string }

func (e *pageError) Error() string { return e.text }

// errNoFullText ends the wait for a page that the config does not want any more.
var errNoFullText = errors.New("the config asks for no full text of its feed")

// A page is one page being fetched.
type page struct {
	*Fetcher
	storage.PageOutcome
	feed       config.Feed
	item       storage.Item
	now        time.Time
	retryAfter time.Time
}

// attempt asks for the page and reads it, and returns why that failed.
func (p *page) attempt(ctx context.Context) error {
	share := &share{budget: p.budget}
	defer share.release()
	request := p.request()
	request.Grow = share.grow
	resp, err := p.get(ctx, request)
	if err != nil {
		var g *guard.Error
		if errors.As(err, &g) {
			p.Status = g.Status
		}
		return err
	}
	p.Status = resp.Status
	if resp.Status != http.StatusOK && resp.Status != http.StatusNonAuthoritativeInfo {
		return p.refused(resp)
	}
	if len(resp.Body) == 0 {
		return errEmpty
	}
	leave, err := p.enter(ctx, share, pageFactor*int64(len(resp.Body)))
	if err != nil {
		return err
	}
	defer leave()
	return p.contain(p.feed.Name, func() error {
		a, err := extract.Page(resp.Body, resp.ContentType, resp.URL)
		if err != nil {
			return err
		}
		p.Extract = p.extractOf(a, resp.URL)
		return nil
	})
}

// refused reads an answer that is no page.
func (p *page) refused(resp *guard.Response) error {
	p.retryAfter = schedule.RetryAfter(resp.RetryAfter, p.now)
	if !p.retryAfter.IsZero() && (resp.Status == http.StatusTooManyRequests || resp.Status == http.StatusServiceUnavailable) {
		p.Host = storage.HostState{Name: hostOf(resp.URL), Until: p.retryAfter}
	}
	return &pageError{strings.TrimSpace(fmt.Sprintf("the server answered %d %s", resp.Status, http.StatusText(resp.Status)))}
}

// request asks as the feed is asked, but what is secret goes to the feed's own
// host only, over what the feed itself is fetched by.
func (p *page) request() guard.Request {
	r := guard.Request{
		URL: p.item.URL, Accept: acceptPage, UserAgent: p.feed.UserAgent,
		Timeout: p.feed.Timeout, MaxBody: p.feed.MaxBody, Proxy: p.feed.Proxy,
	}
	if sameOrigin(p.item.URL, p.feed.URL) {
		r.Headers, r.BasicAuth = p.feed.Headers, p.feed.BasicAuth
	}
	return r
}

// sameOrigin compares scheme, host and port (RFC 6454 section 5).
func sameOrigin(a, b string) bool {
	x, err := url.Parse(a)
	if err != nil {
		return false
	}
	y, err := url.Parse(b)
	return err == nil && x.Scheme == y.Scheme && strings.EqualFold(x.Host, y.Host)
}

// extractOf makes of what the page says what may be believed and published.
func (p *page) extractOf(a *extract.Article, base string) *storage.Extract {
	x := &storage.Extract{
		Content:   a.Content,
		Published: believe(a.Published, p.now),
		Image:     address(a.Image, base),
		Canonical: address(a.Canonical, base),
		Language:  languageTag(a.Language),
	}
	for _, name := range a.Authors {
		if name = plain(name, maxName); name != "" {
			x.Authors = append(x.Authors, storage.Person{Name: name})
		}
	}
	return x
}

// settle says why the page gave nothing, and when it is tried again.
func (p *page) settle(failure error) {
	if failure == nil {
		return
	}
	p.Extract, p.Error = nil, pageSentence(failure, p.feed)
	if failure == errNoFullText {
		return
	}
	p.Next = schedule.Page(p.item.Page.Tries+1, isFinal(p.Status, failure), p.retryAfter, p.item.ID, p.now)
}

// isFinal tells failures that seldom pass by themselves.
func isFinal(status int, failure error) bool {
	var e *extract.Error
	return status == http.StatusNotFound || status == http.StatusGone || errors.As(failure, &e)
}

func pageSentence(err error, feed config.Feed) string {
	var e *extract.Error
	var p *pageError
	if errors.As(err, &e) || errors.As(err, &p) || err == errNoFullText {
		return oneLine(conceal(err.Error(), feed))
	}
	return sentence(err, feed)
}

// save classifies the item by its page and saves the outcome, again where the
// topics have changed in between.
func (p *page) save(ctx context.Context, classifier func() Classifier) error {
	for try := 0; ; try++ {
		c := classifier()
		if p.Extract != nil {
			item := p.item
			item.Extract = p.Extract
			if item.Page.Awaited {
				// What was decided by the feed's own text was for the time being.
				item.ID, item.Routing = storage.ID{}, storage.Routing{}
			}
			story.Fill(&item)
			p.Set = c.Fingerprint()
			fault := p.contain(p.feed.Name, func() error {
				p.Routing = c.Classify(&item)
				return nil
			})
			if fault != nil {
				p.settle(fault)
			}
		}
		_, err := p.store.SavePage(ctx, p.PageOutcome)
		if err == nil {
			return nil
		}
		if !errors.Is(err, storage.ErrStale) || try == staleTries {
			return fmt.Errorf("feed %s: save page: %w", p.feed.Name, err)
		}
		sleep(ctx, staleWait<<try)
	}
}

// tell logs what came of a page.
func (p *page) tell(ctx context.Context, failure, err error) {
	attrs := []slog.Attr{slog.String("feed", p.feed.Name), slog.String("item", p.Item.String()), slog.Int("status", p.Status)}
	switch {
	case err != nil && !isLost(err):
		p.log().LogAttrs(ctx, slog.LevelError, "page not saved", append(attrs, slog.String("error", err.Error()))...)
	case failure != nil:
		p.log().LogAttrs(ctx, slog.LevelInfo, "page gave no text", append(attrs, slog.String("error", p.Error), slog.Time("next", p.Next))...)
	default:
		p.log().LogAttrs(ctx, slog.LevelDebug, "page fetched", attrs...)
	}
}
