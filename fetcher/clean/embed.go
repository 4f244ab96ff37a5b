package clean

import (
	"net/url"
	"strings"
)

// embed writes, in the place of a frame that plays something, a link to the
// page on which it can be played. Frames of other hosts leave nothing: nobody
// can tell what they would show.
func (s *structure) embed() {
	src, _ := s.attr("src")
	for _, lazy := range []string{"data-src", "data-lazy-src"} {
		if v, ok := s.attr(lazy); ok && (src == "" || strings.HasPrefix(src, "about:")) {
			src = v
		}
	}
	page := player(resolve(src, s.base, false))
	if page == "" || s.find("", "a") >= 0 || len(s.stack) >= maxDepth {
		return
	}
	e := elements["a"]
	s.implied(e)
	s.restore()
	s.tagged = true
	s.push(open{e, `<a href="` + escape(page) + `">`})
	s.text(page)
	s.end(e)
}

// player returns the page of what a player of a well-known host plays, empty
// where the host or its address is not known.
func player(src string) string {
	u, err := url.Parse(src)
	if err != nil || src == "" {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	parts := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })
	query := u.Query()
	after := func(name string) string { // the step behind that of this name
		for i, p := range parts {
			if p == name && i+1 < len(parts) {
				return parts[i+1]
			}
		}
		return ""
	}
	page := func(prefix, id string) string {
		if id == "" || !plainID(id) {
			return ""
		}
		return prefix + id
	}
	switch host {
	case "youtube.com", "youtube-nocookie.com", "m.youtube.com":
		if list := query.Get("list"); after("embed") == "videoseries" {
			return page("https://www.youtube.com/playlist?list=", list)
		}
		if id := after("embed"); id != "" {
			return page("https://www.youtube.com/watch?v=", id)
		}
		return page("https://www.youtube.com/watch?v=", after("v"))
	case "player.vimeo.com":
		return page("https://vimeo.com/", after("video"))
	case "dailymotion.com", "geo.dailymotion.com":
		if id := after("video"); id != "" {
			return page("https://www.dailymotion.com/video/", id)
		}
		return page("https://www.dailymotion.com/video/", query.Get("video"))
	case "open.spotify.com":
		for _, kind := range []string{"episode", "show", "track", "album", "playlist"} {
			if id := after(kind); id != "" {
				return page("https://open.spotify.com/"+kind+"/", id)
			}
		}
	case "archive.org":
		return page("https://archive.org/details/", after("embed"))
	case "player.twitch.tv":
		if id := query.Get("video"); id != "" {
			return page("https://www.twitch.tv/videos/", strings.TrimPrefix(id, "v"))
		}
		return page("https://www.twitch.tv/", query.Get("channel"))
	case "embed.ted.com":
		return page("https://www.ted.com/talks/", after("talks"))
	case "w.soundcloud.com":
		if to, err := url.Parse(query.Get("url")); err == nil && to.Scheme == "https" && (to.Hostname() == "soundcloud.com" || to.Hostname() == "api.soundcloud.com") {
			return resolve(to.String(), "", false)
		}
	}
	return ""
}

// plainID tells whether an id may stand in an address as it is.
func plainID(id string) bool {
	return len(id) <= 100 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == ""
}
