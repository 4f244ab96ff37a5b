package discover

import (
	"net/url"
	"strings"
)

// patterns returns where the feeds of a page are by the rules of well-known
// sites, empty where the site is not known.
func patterns(page string) []string {
	u, err := url.Parse(page)
	if err != nil || u.Host == "" {
		return nil
	}
	host := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."), "m.")
	parts := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })
	at := func(i int) string {
		if i < len(parts) {
			return parts[i]
		}
		return ""
	}
	origin := u.Scheme + "://" + u.Host
	switch {
	case host == "youtube.com":
		return youtube(u, parts)
	case host == "reddit.com" || strings.HasSuffix(host, ".reddit.com"):
		if at(0) == "r" || at(0) == "user" || at(0) == "u" {
			return []string{origin + "/" + at(0) + "/" + at(1) + "/.rss"}
		}
		return []string{origin + "/.rss"}
	case host == "github.com":
		switch {
		case len(parts) == 1:
			return []string{origin + "/" + at(0) + ".atom"}
		case at(2) == "commits" || at(2) == "tree":
			return []string{origin + "/" + at(0) + "/" + at(1) + "/commits/" + strings.Join(parts[min(3, len(parts)):], "/") + ".atom"}
		case at(2) == "tags":
			return []string{origin + "/" + at(0) + "/" + at(1) + "/tags.atom"}
		case len(parts) >= 2:
			return []string{origin + "/" + at(0) + "/" + at(1) + "/releases.atom", origin + "/" + at(0) + "/" + at(1) + "/tags.atom"}
		}
	case host == "medium.com" && at(0) != "":
		return []string{origin + "/feed/" + at(0)}
	case strings.HasSuffix(host, ".medium.com"), strings.HasSuffix(host, ".substack.com"):
		return []string{origin + "/feed"}
	case strings.HasSuffix(host, ".tumblr.com"):
		return []string{origin + "/rss"}
	case strings.HasSuffix(host, ".blogspot.com"):
		return []string{origin + "/feeds/posts/default"}
	case strings.HasSuffix(host, ".wordpress.com"):
		return []string{origin + "/feed/"}
	case host == "vimeo.com" && at(0) != "":
		return []string{origin + "/" + at(0) + "/videos/rss"}
	case host == "bsky.app" && at(0) == "profile" && at(1) != "":
		return []string{origin + "/profile/" + at(1) + "/rss"}
	case host == "stackoverflow.com" && at(0) == "questions" && at(1) == "tagged":
		return []string{origin + "/feeds/tag/" + at(2)}
	case strings.HasPrefix(at(0), "@") && len(at(0)) > 1:
		return []string{origin + "/" + at(0) + ".rss"} // Mastodon and its kin
	}
	return nil
}

// youtube returns the feed of a channel, playlist or user. A handle (@name) is
// resolved by what its page names.
func youtube(u *url.URL, parts []string) []string {
	const feed = "/feeds/videos.xml?"
	query := url.Values{}
	switch {
	case len(parts) > 1 && parts[0] == "channel":
		query.Set("channel_id", parts[1])
	case len(parts) > 1 && parts[0] == "user":
		query.Set("user", parts[1])
	case u.Query().Get("list") != "":
		query.Set("playlist_id", u.Query().Get("list"))
	default:
		return nil
	}
	return []string{u.Scheme + "://" + u.Host + feed + query.Encode()}
}
