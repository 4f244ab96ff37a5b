package config

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A Partner may read a private topic, at an address that holds its token.
type Partner struct {
	Name  string
	File  string // absolute path of the file that holds the token
	Token Token
}

// A Token lets its bearer in. It shows itself nowhere but where it is asked
// for by conversion to a string.
type Token string

// String implements fmt.Stringer.
func (Token) String() string { return masked }

// GoString implements fmt.GoStringer.
func (Token) GoString() string { return masked }

// LogValue implements slog.LogValuer.
func (Token) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText implements encoding.TextMarshaler.
func (Token) MarshalText() ([]byte, error) { return []byte(masked), nil }

// partners is a mapping of partners to the files of their tokens, in the file's
// order.
type partners struct {
	Pairs []header
	At    *place
}

// partners reads the mapping of a topic's partners.
func (d *decoder) partners(n *yaml.Node, p *partners, at *place, path string) {
	if null(n, false) {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.report.value(d.wrong(n, path), fault{what: isA(n) + ", and partners with the files of their tokens are due", remedy: "write it as private: {partner: FILE}"})
		return
	}
	p.At = at
	for _, e := range d.entries(n, path) {
		key := join(path, keyName(e.name))
		nameAt := d.at(e.key, key)
		if !topicName.MatchString(e.name) {
			d.report.add(nameAt, "can't name a partner", "use letters, digits, - and _, at most 64 of them")
			continue
		}
		var file leaf[string]
		v, done := d.follow(e.value, key)
		if v != nil {
			d.leaf(v, &file, &field{key: e.name, kind: "path", doc: "The file that holds its token."}, key)
		}
		done()
		if file.at == nil || file.v == "" && !file.at.bad {
			d.report.add(nameAt, "names no file", "name the file that holds the partner's token; sluice token prints one to put into it")
			continue
		}
		p.Pairs = append(p.Pairs, header{Name: leaf[string]{e.name, nameAt}, Value: file})
	}
}

// A holder is who has a token already.
type holder struct {
	partner string
	at      *place
}

// private reads the tokens of a topic's partners. One partner may have the
// same token for several topics, two partners may not: it could not be taken
// from one of them alone.
func (b *builder) private(e element[rawTopic], holders map[Token]holder) []Partner {
	var list []Partner
	for _, pair := range e.raw.Private.Pairs {
		at := pair.Value.at
		if at.bad {
			continue
		}
		p := Partner{Name: pair.Name.v, File: absolute(e.dir, pair.Value.v)}
		mistake := func(f fault) {
			b.report.list = append(b.report.list, finding{at: at, path: at.path, fault: hideName(at, f, p.File)})
		}
		data, f := b.read(p.File)
		if f != nil {
			mistake(*f)
			continue
		}
		p.Token = Token(strings.TrimSpace(string(data)))
		if what := weak(p.Token); what != "" {
			mistake(fault{what: p.File + " " + what, remedy: "put one line that sluice token prints into it"})
			continue
		}
		if first, ok := holders[p.Token]; ok && first.partner != p.Name {
			mistake(fault{what: fmt.Sprintf("is the token of the partner %s too", first.at.where(at)), remedy: "give each partner its own token, which sluice token prints"})
			continue
		}
		holders[p.Token] = holder{p.Name, at}
		list = append(list, p)
	}
	return list
}

var tokenForm = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// The shortest token has 128 bits where its characters are random ones of 64.
const (
	minToken  = 22
	maxToken  = 256
	variety   = 10 // different characters in any random token of that length
	tokenNeed = "holds no token"
)

// weak says what is wrong with a token, in words that do not show it.
func weak(t Token) string {
	s := string(t)
	switch {
	case s == "":
		return tokenNeed + ": it is empty"
	case !tokenForm.MatchString(s):
		return tokenNeed + " of letters, digits, - and _ alone"
	case len(s) < minToken:
		return fmt.Sprintf("holds a token of %d characters, and one that can't be guessed has %d or more", len(s), minToken)
	case len(s) > maxToken:
		return fmt.Sprintf("holds a token of more than %d characters", maxToken)
	}
	seen := map[rune]bool{}
	for _, c := range s {
		seen[c] = true
	}
	if len(seen) < variety {
		return "holds a token that can be guessed: too few different characters"
	}
	return ""
}
