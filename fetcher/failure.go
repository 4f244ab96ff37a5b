package fetcher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"sluice/config"
	"sluice/fetcher/guard"
	"sluice/fetcher/parse"
)

const maxSentence = 400 // bytes of an error or warning kept in a feed's state

var (
	errEmpty = errors.New("the answer is empty")
	errFault = errors.New("a fault in this program: it could not read the document; please report it with the feed")
)

// A statusError says that the answer was no document.
type statusError struct {
	status int
	until  time.Time // when the server asks to be asked again
}

func (e *statusError) Error() string {
	text := fmt.Sprintf("the server answered %d %s", e.status, http.StatusText(e.status))
	switch {
	case !e.until.IsZero():
		return fmt.Sprintf("%s and asks to be left alone until %s", text, e.until.UTC().Format(time.RFC3339))
	case e.status == http.StatusNotModified:
		return text + " to a question without conditions"
	case e.status == http.StatusUnauthorized:
		return text + "; set the feed's basic_auth or headers"
	case e.status == http.StatusGone:
		return text + ": the feed was taken down; take it out of the config"
	case e.status < 300:
		return text + " and no feed"
	}
	return text
}

// sentence makes of an error the one line that people read: without secrets,
// and of a private feed without its host.
func sentence(err error, feed config.Feed) string {
	var g *guard.Error
	var p *parse.Error
	var s *statusError
	text := "the poll failed"
	switch {
	case errors.As(err, &g):
		text = g.Error()
		if feed.Private {
			text = g.Discreet()
		}
	case errors.As(err, &p):
		text = p.Error()
	case errors.As(err, &s), errors.Is(err, errEmpty), errors.Is(err, errFault):
		text = err.Error()
	case errors.Is(err, context.DeadlineExceeded):
		text = "the poll took too long"
	}
	return oneLine(conceal(text, feed))
}

// warning joins what was wrong with a document that gave items all the same.
func warning(doc *parse.Document, incomplete error, feed config.Feed) string {
	var parts []string
	if incomplete != nil {
		parts = append(parts, sentence(incomplete, feed))
	}
	parts = append(parts, doc.Warnings...)
	switch {
	case doc.Dropped == 1:
		parts = append(parts, "1 item has neither title nor text nor link and was left out")
	case doc.Dropped > 1:
		parts = append(parts, fmt.Sprintf("%d items have neither title nor text nor link and were left out", doc.Dropped))
	}
	return oneLine(conceal(strings.Join(parts, "; "), feed))
}

// conceal takes the feed's secrets out of a text, should a foreign document
// have put them there.
func conceal(text string, feed config.Feed) string {
	secrets := make([]string, 0, 4)
	if feed.BasicAuth != nil {
		secrets = append(secrets, feed.BasicAuth.Password)
	}
	for _, value := range feed.Headers {
		secrets = append(secrets, value)
	}
	if feed.Private {
		secrets = append(secrets, feed.URL)
		if u, err := url.Parse(feed.URL); err == nil {
			secrets = append(secrets, u.RawQuery, u.Host)
		}
	}
	for _, s := range secrets {
		if len(s) > 3 {
			text = strings.ReplaceAll(text, s, "***")
		}
	}
	return text
}

// oneLine makes of a text one printable line of bounded length.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, text)
	return cut(strings.Join(strings.Fields(text), " "), maxSentence)
}
