package config

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// A place is where something stands in a file. A mapping's place is its key,
// where it has one.
type place struct {
	src       *source
	line, col int
	path      string // within its file

	scalar   bool
	style    yaml.Style
	props    bool   // a tag or an anchor stands before the text
	written  string // the scalar's text before expansion
	expanded bool   // a part of it came from the environment
	secret   bool   // no message shows it
	bad      bool   // a mistake of the value has been reported

	endLine, endCol int // of a secret scalar
}

// hide keeps the scalar out of every message.
func (p *place) hide() {
	if p != nil && !p.secret {
		var ok bool
		if p.endLine, p.endCol, ok = p.spot(len(p.written)); !ok {
			p.endLine, p.endCol = len(p.src.lines), 1<<30
		}
		p.secret = true
		p.src.hidden = append(p.src.hidden, p)
	}
}

// shown is the scalar as messages quote it: as written, never expanded.
func (p *place) shown() string {
	if p.secret {
		return masked
	}
	text, _ := mask(p.written, 0, append(groups(userinfo, p.written), groups(param, p.written)...))
	if runes := []rune(text); len(runes) > 60 {
		text = string(runes[:57]) + "..."
	}
	if strings.Contains(text, `"`) && !strings.ContainsAny(text, "'\n\t\\") {
		return "'" + text + "'"
	}
	return strconv.Quote(text)
}

// span returns the part of a line that a secret scalar takes.
func (p *place) span(line int) []span {
	if line < p.line || line > p.endLine {
		return nil
	}
	text := p.src.lines[line-1]
	from, to := indentation(text), len(text)
	if line == p.line {
		from = byteOfColumn(text, p.col)
	}
	if line == p.endLine {
		to = min(to, byteOfColumn(text, p.endCol))
		if p.style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
			to = min(to+1, len(text))
		}
	}
	return []span{{from, to}}
}

// spot maps an offset in the scalar's text to its line and column. It reports
// whether the text was found in the source just as expected.
//
// Text and source are walked side by side. What is not blank stands in both
// in the same order, escapes aside, whatever YAML does with blanks and line
// ends; so only that is compared.
func (p *place) spot(offset int) (line, col int, ok bool) {
	if !p.scalar || offset < 0 || offset > len(p.written) {
		return p.line, p.col, false
	}
	c := cursor{lines: p.src.lines, line: p.line - 1, style: p.style}
	if c.line >= len(c.lines) {
		return p.line, p.col, false
	}
	c.at = byteOfColumn(c.lines[c.line], p.col)
	c.enter(p.props)
	for _, r := range p.written[:offset] {
		if !c.pass(r) {
			return p.line, p.col, false
		}
	}
	if offset < len(p.written) {
		if r, _ := utf8.DecodeRuneInString(p.written[offset:]); !isBlank(r) {
			c.skipBlanks()
		}
	}
	if c.line >= len(c.lines) {
		return p.line, p.col, false
	}
	return c.line + 1, utf8.RuneCountInString(c.lines[c.line][:c.at]) + 1, true
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// A cursor walks through the source of one scalar.
type cursor struct {
	lines    []string
	line, at int // from 0; at is in bytes
	style    yaml.Style
}

// peek returns the rune at the cursor; a line's end is '\n', the file's 0.
func (c *cursor) peek() (rune, int) {
	if c.line >= len(c.lines) {
		return 0, 0
	}
	if c.at >= len(c.lines[c.line]) {
		return '\n', 0
	}
	return utf8.DecodeRuneInString(c.lines[c.line][c.at:])
}

func (c *cursor) advance(n int) {
	if n == 0 {
		c.line, c.at = c.line+1, 0
		return
	}
	c.at += n
}

func (c *cursor) skipBlanks() {
	for {
		r, n := c.peek()
		if !isBlank(r) {
			return
		}
		c.advance(n)
	}
}

// enter goes from the start of a node to the first character of its text.
func (c *cursor) enter(props bool) {
	for props {
		c.skipBlanks()
		if r, _ := c.peek(); r != '!' && r != '&' {
			break
		}
		for {
			r, n := c.peek()
			if r == 0 || isBlank(r) {
				break
			}
			c.advance(n)
		}
	}
	switch {
	case c.style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		c.line, c.at = c.line+1, 0
	case c.style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		c.at++
	}
}

// pass goes past the source of one rune of the text.
func (c *cursor) pass(want rune) bool {
	if isBlank(want) {
		r, n := c.peek()
		switch {
		case r == '\\' && c.style&yaml.DoubleQuotedStyle != 0:
			_, n = c.escape()
			c.advance(n)
		case n > 0 && r == want:
			c.advance(n)
		}
		return true
	}
	for {
		c.skipBlanks()
		r, n := c.peek()
		if r == 0 {
			return false
		}
		if c.style&yaml.DoubleQuotedStyle != 0 && r == '\\' {
			if r, n = c.escape(); r == '\n' {
				c.at += n
				continue
			}
		} else if c.style&yaml.SingleQuotedStyle != 0 && r == '\'' {
			n = 2
		}
		if n == 0 || r != want || c.at+n > len(c.lines[c.line]) {
			return false
		}
		c.advance(n)
		return true
	}
}

// escape reads an escape of YAML's double-quoted style (YAML 1.2.2, section
// 5.7) and returns its rune and its length; '\n' also for an escaped line end.
func (c *cursor) escape() (rune, int) {
	rest := c.lines[c.line][c.at+1:]
	if rest == "" {
		return '\n', 1
	}
	if digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[rest[0]]; digits > 0 && len(rest) > digits {
		if v, err := strconv.ParseUint(rest[1:1+digits], 16, 32); err == nil {
			return rune(v), 2 + digits
		}
		return unicode.ReplacementChar, 2 + digits
	}
	r, n := utf8.DecodeRuneInString(rest)
	if i := strings.IndexRune("0abtnvfreN_LP", r); i >= 0 {
		r = []rune("\x00\a\b\t\n\v\f\r\x1b\u0085\u00a0\u2028\u2029")[i]
	}
	return r, 1 + n
}
