package story

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"sluice/storage"
)

// longestOwnID bounds the ids of entries that are taken over from feeds, in
// bytes.
const longestOwnID = 2000

// OwnID returns the guid of an item if it may be the published id of its
// story, else "". It may if it is an absolute IRI (RFC 3987), no longer than
// 2,000 bytes, that the item's publisher has the right to give: an http or
// https address of the host of the feed or of the item's link, or a tag URI
// (RFC 4151) of such a host. A guid that several items of the feed share may
// not.
//
// Whether another story holds the id is for the store to say.
func OwnID(item *storage.Item, feedURL string) string {
	switch item.Identity.Kind {
	case storage.ByGUIDLink, storage.ByGUIDLinkDate, storage.ByGUIDLinkDateTitle:
		return ""
	}
	guid := strings.TrimSpace(item.GUID)
	if guid == "" || len(guid) > longestOwnID || !isIRI(guid) {
		return ""
	}
	authority := idHost(guid)
	if authority == "" || authority != hostOf(feedURL) && authority != hostOf(item.URL) {
		return ""
	}
	return guid
}

// idHost returns the host by whose right an id was given, "" where it is none.
func idHost(id string) string {
	if rest, ok := cutPrefixFold(id, "tag:"); ok {
		authority, specific, ok := strings.Cut(rest, ",")
		date, _, hasSpecific := strings.Cut(specific, ":")
		if !ok || !hasSpecific || !isTagDate(date) {
			return ""
		}
		if i := strings.LastIndexByte(authority, '@'); i >= 0 {
			authority = authority[i+1:]
		}
		return plainHost(authority)
	}
	u, err := url.Parse(id)
	if err != nil || u.User != nil {
		return ""
	}
	return hostOf(id)
}

// isTagDate reports whether s is a date of RFC 4151: YYYY, YYYY-MM or
// YYYY-MM-DD.
func isTagDate(s string) bool {
	switch len(s) {
	case 4, 7, 10:
	default:
		return false
	}
	for i := range len(s) {
		if i == 4 || i == 7 {
			if s[i] != '-' {
				return false
			}
		} else if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// hostOf returns the host of an http or https address, without www., "" where
// there is none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return plainHost(u.Hostname())
}

func plainHost(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return strings.TrimPrefix(host, "www.")
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// isIRI reports whether s has only characters that an IRI may have outside an
// IPv6 address (RFC 3987 section 2.2), each % begins an encoded byte, and
// nothing in it is invisible.
func isIRI(s string) bool {
	if strings.Count(s, "#") > 1 || !utf8.ValidString(s) {
		return false
	}
	for i, r := range s {
		switch {
		case r >= utf8.RuneSelf:
			if !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) || r >= 0xFFF0 && r <= 0xFFFF {
				return false
			}
		case r <= ' ' || r == 0x7F || strings.ContainsRune("<>\"{}|\\^`[]", r):
			return false
		case r == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2])):
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// MintID returns the published id of a story whose pick brings none: a
// version 8 UUID (RFC 9562 section 5.8) made of id, as a URN.
func MintID(id storage.ID) string {
	id[6] = id[6]&0x0F | 0x80
	id[8] = id[8]&0x3F | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
