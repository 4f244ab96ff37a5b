package topic

import (
	"regexp"
	"strings"
)

// wholeName reads the name that a field such as feed: asks for.
func (p *parser) wholeName(t token) (node, *Error) {
	if t.kind == kindWord {
		if i := strings.IndexFunc(t.text, isFancyQuote); i >= 0 {
			return nil, fancyQuote(t.pos + i)
		}
	}
	value := strings.Join(strings.Fields(t.text), " ")
	if p.field != ofTopic {
		value = strings.ToLower(value)
	}
	if value == "" {
		return nil, &Error{Offset: t.pos, What: "the name is empty", Remedy: "write the whole name, as in " + p.field.example()}
	}
	if i := strings.IndexByte(t.text, '*'); i >= 0 && p.field != inLink {
		return nil, &Error{Offset: t.pos + i, What: p.field.String() + ": takes whole names, not patterns", Remedy: "write the name without *, or several joined by OR"}
	}
	value, err := p.field.check(t, value)
	if err != nil {
		return nil, err
	}
	return &name{t.pos, p.field, value}, nil
}

var languageTag = regexp.MustCompile(`^[a-z]{2,8}(-[a-z0-9]{1,8})*$`)

// check returns the value of a field in the form in which it is compared.
func (f field) check(t token, value string) (string, *Error) {
	switch f {
	case ofLanguage:
		value = strings.ReplaceAll(value, "_", "-")
		if !languageTag.MatchString(value) {
			return "", &Error{Offset: t.pos, What: t.text + " is no language code", Remedy: "write one such as en, which takes en-US too, or pt-BR"}
		}
	case ofSite:
		if strings.ContainsAny(value, ":/@? ") {
			return "", &Error{Offset: t.pos, What: "site: takes a host, not an address", Remedy: "write it as in site:example.org, which takes its sub-hosts too; link: finds a part of an address"}
		}
		if value = settled(strings.Trim(value, "."), host); value == "" {
			return "", &Error{Offset: t.pos, What: t.text + " is no host", Remedy: "write the whole name, as in site:example.org"}
		}
	case has:
		if _, ok := features()[value]; !ok {
			e := &Error{Offset: t.pos, What: "has: does not know " + t.text, Remedy: "it knows " + strings.Join(featureNames(), ", ")}
			if near := nearest(value, featureNames()); near != "" {
				e.Remedy = "did you mean has:" + near + "?"
			}
			return "", e
		}
	}
	return value, nil
}
