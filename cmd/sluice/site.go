package main

import (
	"net/url"
	"strings"
	"unicode"
)

// hostOf returns the host of an address on the web in lower case, "" for
// anything else.
func hostOf(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// sameSite reports whether two hosts are one, or one of them is below the
// other. A www before it says nothing.
func sameSite(a, b string) bool {
	a, b = strings.TrimPrefix(a, "www."), strings.TrimPrefix(b, "www.")
	return a == b || strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a)
}

// slugWords returns the words of a title or of the path of an address: those
// of more than three letters.
func slugWords(text string) map[string]bool {
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		text = u.Path
	}
	list := make(map[string]bool)
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(word) > 3 {
			list[word] = true
		}
	}
	return list
}
