package parse

import "strings"

// person reads the ways in which RSS writes a person: "mail (name)",
// "name (mail)", "name <mail>", a mail address or a name.
func person(s string) Person {
	s = strings.Join(strings.Fields(s), " ")
	for _, pair := range []string{"()", "<>"} {
		i := strings.IndexByte(s, pair[0])
		if i < 0 || s[len(s)-1] != pair[1] {
			continue
		}
		before := strings.TrimSpace(s[:i])
		inside := strings.TrimSpace(s[i+1 : len(s)-1])
		switch {
		case isMail(before):
			return Person{Mail: mail(before), Name: inside}
		case isMail(inside):
			return Person{Mail: mail(inside), Name: strings.Trim(before, `" `)}
		}
	}
	if isMail(s) {
		return Person{Mail: mail(s)}
	}
	return Person{Name: s}
}

func mail(s string) string { return strings.TrimPrefix(s, "mailto:") }

func isMail(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && at < len(s)-1 && !strings.ContainsAny(s, " ,;()<>") && strings.LastIndexByte(s, '@') == at
}

// people gathers persons, each once: one of whom only the name or only the
// mail address is known is the one who is known by it and more.
type people []Person

func (ps *people) add(p Person) {
	p.Name, p.Mail, p.URI = strings.TrimSpace(p.Name), strings.TrimSpace(p.Mail), strings.TrimSpace(p.URI)
	if p == (Person{}) || len(*ps) >= maxPeople {
		return
	}
	for i := range *ps {
		q := &(*ps)[i]
		if p.Name != "" && p.Name == q.Name && (p.Mail == "" || q.Mail == "" || p.Mail == q.Mail) ||
			p.Mail != "" && p.Mail == q.Mail && (p.Name == "" || q.Name == "") {
			q.Name, q.Mail, q.URI = or(q.Name, p.Name), or(q.Mail, p.Mail), or(q.URI, p.URI)
			return
		}
	}
	*ps = append(*ps, p)
}

// maxPeople bounds the authors, and the contributors, of one item.
const maxPeople = 100

// or returns the first of its arguments that is not empty.
func or(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
