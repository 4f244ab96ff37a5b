package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"sluice/storage"
)

// A Client asks one daemon. It is safe for concurrent use.
type Client struct {
	http *http.Client
	path string
}

// Dial greets the daemon at the socket path. The error wraps ErrNoDaemon when
// nobody answers within 5 seconds, and is a *ProtocolError when the daemon is
// another version of the program.
func Dial(ctx context.Context, path string) (*Client, error) {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	c := &Client{path: path, http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", path)
		},
	}}}
	greeting, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var daemon hello
	if err := c.do(greeting, http.MethodGet, "hello", nil, decodeInto(&daemon)); err != nil {
		c.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w at %s: %w", ErrNoDaemon, path, err)
	}
	if daemon.Protocol != Protocol {
		c.Close()
		return nil, &ProtocolError{Program: daemon.Program, PID: daemon.PID, Protocol: daemon.Protocol}
	}
	return c, nil
}

// Close lets the connections go.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// Fetch is Handler.Fetch in the daemon. report may be nil.
func (c *Client) Fetch(ctx context.Context, r FetchRequest, report func(Polled)) (Fetched, error) {
	var out Fetched
	err := c.do(ctx, http.MethodPost, "fetch", r, func(body io.Reader) error {
		lines := json.NewDecoder(body)
		for {
			var l line
			if err := lines.Decode(&l); err != nil {
				return fmt.Errorf("the daemon broke off: %w", err)
			}
			switch {
			case l.Failure != nil:
				return l.Failure.unpack()
			case l.Fetched != nil:
				out = *l.Fetched
				return nil
			case l.Polled != nil && report != nil:
				report(*l.Polled)
			}
		}
	})
	return out, err
}

// Publish is Handler.Publish in the daemon.
func (c *Client) Publish(ctx context.Context, dir string) (Published, error) {
	return ask[Published](ctx, c, "publish", dir)
}

// Adopt is Handler.Adopt in the daemon.
func (c *Client) Adopt(ctx context.Context, a storage.Adoption) (storage.Adopted, error) {
	return ask[storage.Adopted](ctx, c, "adopt", a)
}

// Reload is Handler.Reload in the daemon.
func (c *Client) Reload(ctx context.Context, r ReloadRequest) (Reloaded, error) {
	return ask[Reloaded](ctx, c, "reload", r)
}

// Edit is Handler.Edit in the daemon.
func (c *Client) Edit(ctx context.Context, e Correction) (Corrected, error) {
	return ask[Corrected](ctx, c, "edit", e)
}

// Confirm is Handler.Confirm in the daemon.
func (c *Client) Confirm(ctx context.Context, feed string) (Fetched, error) {
	return ask[Fetched](ctx, c, "confirm", feed)
}

// Status is Handler.Status in the daemon.
func (c *Client) Status(ctx context.Context) (Status, error) {
	return ask[Status](ctx, c, "status", struct{}{})
}

// Feeds is storage.Reading's, without FeedState.Refined.
func (c *Client) Feeds(ctx context.Context) ([]storage.FeedState, error) {
	states, err := ask[[]feedState](ctx, c, "feeds", struct{}{})
	out := make([]storage.FeedState, len(states))
	for i := range states {
		out[i] = states[i].FeedState
	}
	return out, err
}

// Topics is storage.Reading's.
func (c *Client) Topics(ctx context.Context) ([]storage.TopicState, error) {
	return ask[[]storage.TopicState](ctx, c, "topics", struct{}{})
}

// Lists is storage.Listing's.
func (c *Client) Lists(ctx context.Context) ([]storage.ListState, error) {
	return ask[[]storage.ListState](ctx, c, "lists", struct{}{})
}

// Find is storage.Reading's.
func (c *Client) Find(ctx context.Context, ref storage.Ref) (storage.Item, error) {
	return ask[storage.Item](ctx, c, "find", ref)
}

// Stories is Reading's.
func (c *Client) Stories(ctx context.Context, ids []storage.ID) ([]storage.Story, error) {
	return ask[[]storage.Story](ctx, c, "stories", ids)
}

// List is storage.Reading's.
func (c *Client) List(ctx context.Context, q storage.ListQuery) ([]storage.Item, string, error) {
	p, err := ask[page](ctx, c, "list", q)
	return p.Items, p.Next, err
}

// Labels is storage.Learning's.
func (c *Client) Labels(ctx context.Context, topic string) ([]storage.Label, error) {
	return ask[[]storage.Label](ctx, c, "labels", topic)
}

// Models is storage.Learning's.
func (c *Client) Models(ctx context.Context) ([]storage.Model, error) {
	return ask[[]storage.Model](ctx, c, "models", struct{}{})
}

// Label is Handler.Label in the daemon.
func (c *Client) Label(ctx context.Context, l storage.Labelling) error {
	_, err := ask[struct{}](ctx, c, "label", l)
	return err
}

// Relearn is Handler.Relearn in the daemon.
func (c *Client) Relearn(ctx context.Context, r RelearnRequest) error {
	_, err := ask[struct{}](ctx, c, "relearn", r)
	return err
}

// Revisions is storage.Reading's.
func (c *Client) Revisions(ctx context.Context, item storage.ID) ([]storage.Revision, error) {
	return ask[[]storage.Revision](ctx, c, "revisions", item)
}

// Verify is storage.Upkeep's.
func (c *Client) Verify(ctx context.Context) ([]string, error) {
	return ask[[]string](ctx, c, "verify", struct{}{})
}

func ask[Out any](ctx context.Context, c *Client, method string, in any) (Out, error) {
	var out Out
	err := c.do(ctx, http.MethodPost, method, in, decodeInto(&out))
	return out, err
}

func decodeInto(out any) func(io.Reader) error {
	return func(body io.Reader) error { return json.NewDecoder(body).Decode(out) }
}

func (c *Client) do(ctx context.Context, verb, method string, in any, read func(io.Reader) error) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("control %s: %w", method, err)
	}
	req, err := http.NewRequestWithContext(ctx, verb, "http://daemon/"+method, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("control %s: %w", method, err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("control socket %s: %w", c.path, unwrapURL(err))
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		err = read(resp.Body)
	case http.StatusUnprocessableEntity:
		var f failure
		if err = json.NewDecoder(resp.Body).Decode(&f); err == nil {
			err = f.unpack()
		}
	default:
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1000))
		err = fmt.Errorf("control %s: %s: %s", method, resp.Status, strings.TrimSpace(string(text)))
	}
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// unwrapURL drops the made-up address that net/http puts before an error.
func unwrapURL(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}
