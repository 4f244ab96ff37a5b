package words

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A walker goes through a text token by token. After next has returned true
// the token is s[start:end] where plain is set (ASCII letters and digits, or
// one ideograph), and what token returns where it is not.
type walker struct {
	s     string
	pos   int // where the next run is sought
	plain bool
	cjk   bool

	start, end int

	queue  []Token // of a run that is not plain
	queued int
	fold   folder

	hashing bool // the hashes of tokens that are not plain go to hashes, nothing to queue
	hashes  []uint32
}

// gathered takes the token that fold holds, which is from s[start:end].
func (w *walker) gathered(start, end int, cjk bool) {
	if w.hashing {
		w.hashes = append(w.hashes, hashBytes(w.fold.base))
	} else {
		w.queue = append(w.queue, w.fold.token(w.s[start:end], start, cjk))
	}
	w.fold.reset()
}

// token returns the token at hand.
func (w *walker) token() Token { return w.queue[w.queued-1] }

// next goes to the next token. It returns false at the end of the text.
func (w *walker) next() bool {
	for {
		if w.queued < len(w.queue) {
			w.queued++
			w.plain = false
			return true
		}
		w.queue, w.queued = w.queue[:0], 0
		if !w.seek() {
			return false
		}
		if w.run() {
			return true
		}
	}
}

// seek goes to the start of the next run.
func (w *walker) seek() bool {
	s, i := w.s, w.pos
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			if asciiWord[c] {
				w.pos = i
				return true
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch classOf(r) {
		case letter, digit, ideograph:
			w.pos = i
			return true
		case tangled:
			if !unicode.IsMark(r) {
				w.pos = i
				return true
			}
		}
		i += n
	}
	w.pos = i
	return false
}

// run reads the run that begins at pos. It reports whether the run is a plain
// token; else the run's tokens, if any, are in the queue.
func (w *walker) run() bool {
	s, i := w.s, w.pos
	w.start, w.cjk = i, false
	for i < len(s) && s[i] < utf8.RuneSelf && asciiWord[s[i]] {
		i++
	}
	if i == len(s) || s[i] < utf8.RuneSelf && s[i] != '\'' {
		w.end, w.pos, w.plain = i, i, true
		return true
	}
	if i == w.start {
		if r, n := utf8.DecodeRuneInString(s[i:]); classOf(r) == ideograph {
			return w.ideograph(i + n)
		}
	}
	return w.mixed(i)
}

// ideograph reads a token that begins with one ideograph and ends at end but
// for marks.
func (w *walker) ideograph(end int) bool {
	marks := end
	for marks < len(w.s) && w.s[marks] >= utf8.RuneSelf {
		r, n := utf8.DecodeRuneInString(w.s[marks:])
		if !unicode.IsMark(r) {
			break
		}
		marks += n
	}
	w.end, w.pos = marks, marks
	if marks == end {
		w.plain, w.cjk = true, true
		return true
	}
	w.normalise(w.start, marks)
	return false
}

// longRun is the length in bytes from which a run ends at the next character
// that is a token by itself, so that few tokens wait in the queue.
const longRun = 256

// mixed reads a run whose part up to i is ASCII letters and digits.
func (w *walker) mixed(i int) bool {
	s := w.s
	ascii, simple, joined := true, true, false
	end := i // behind the last letter, digit or mark
loop:
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf && asciiWord[c] {
			i++
			end = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch classOf(r) {
		case letter, digit:
			ascii = false
			i += n
			end = i
		case tangled:
			if i-w.start > longRun && unspaced(r) && norm.NFKC.PropertiesString(s[i:]).BoundaryBefore() {
				break loop
			}
			ascii, simple = false, false
			i += n
			end = i
		case ignored:
			simple = false
			i += n
		case apostrophe:
			if end != i || !letterAt(s, i+n) {
				break loop
			}
			if rest, ok := possessive(s, i+n); ok {
				i = rest
				break loop
			}
			joined = true
			i += n
		default:
			break loop
		}
	}
	w.end, w.pos = end, max(i, end)
	switch {
	case joined:
		w.join(w.start, end)
	case !simple:
		w.normalise(w.start, end)
	case !ascii:
		w.simple(w.start, end)
	default:
		w.plain = true
		return true
	}
	return false
}

// asciiWord tells the ASCII letters and digits.
var asciiWord = func() (t [utf8.RuneSelf]bool) {
	for c := range t {
		t[c] = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
	}
	return t
}()
