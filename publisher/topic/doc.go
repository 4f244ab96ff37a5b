// Package topic compiles queries; it says which topics an item belongs to, and
// which it must stay out of. It is pure.
//
// # The language
//
//	query        = alternatives .
//	alternatives = conjunction { "OR" conjunction } .
//	conjunction  = negation { [ "AND" ] negation } .
//	negation     = { "NOT" | "-" } proximity .
//	proximity    = operand [ "NEAR/" number operand ] .
//	operand      = group | field ":" ( group | term ) | term .
//	group        = "(" alternatives ")" .
//	term         = word | phrase [ "~" number ] | "=" ( word | phrase )
//	             | word "*" | "*" word "*" | regexp | list | comparison | "*" .
//	list         = number "of" "(" alternatives { "," alternatives } ")" .
//	comparison   = "words" ( "<" | ">" ) number | "age" ( "<" | ">" ) duration .
//	duration     = number unit { number unit } .    (w, d, h, m, s)
//	field        = "title" | "text" | "author" | "category" | "feed" | "tag"
//	             | "topic" | "lang" | "site" | "link" | "has" .
//	phrase       = '"' { any character but '"' } '"' .
//	regexp       = "/" RE2 "/" .                (a / inside is written \/)
//
// A word is a run of characters up to a blank, a parenthesis or a quote, in a
// list also up to a comma. A blank stands before "-" unless it opens the query
// or a group; none stands behind it, on either side of ":", or before "~". The
// operators are upper case; and, or, not are words. Where a field takes names
// (feed and those after it), a word or phrase is a whole name, and a colon is
// part of it.
//
// A query that only says what to leave out is refused: write * before it.
//
// # What matches
//
// Words match whole words of the title or the text, folded and stemmed by the
// item's language; the text is the content and the summary. Signs between words
// don't count: what they join is a phrase, and no phrase goes from title to
// summary to content. A word without diacritics matches those with them, also
// in the spelling ae, oe, ue; a word with diacritics matches forms of itself
// that have the same ones. Chinese, Japanese, Thai, Lao, Khmer and Burmese
// match as sequences of characters; Korean is matched by words, so that a noun
// with any particle is asked for as 북한*.
//
// The language is the one that the item declares. An item that declares none, or
// one that is not written in the script of its text, is read by the language
// that its script or its function words tell, else as English; one in a language
// without a stemmer is matched by whole forms.
//
// NEAR/n and ~n let at most n other words stand between, in any order of the
// parts, each of which takes words of its own. Regular expressions see the plain
// text of title, summary and content as it is written, each by itself; one that
// unfolds to many steps, as x{1000} does, sees no more than the beginning of a
// very long text. Names are compared without case; the tags are those of the
// item's feed. lang: asks for the declared language; site: for
// a host and those below it; topic: for what another topic's query or feeds
// take and its never does not bar; what that topic learned is no part of it.
//
// age< asks how old an item was when it was first seen, by the date under which
// it is published; it never changes.
//
// Queries are compiled into one matcher: an item's words are looked up among
// the words of all queries once, and only queries are judged of which it has a
// word that they can't do without.
//
// # Learning
//
// A Model tells items that are like those that people said yes to: a logistic
// regression on the words of an item and on pairs of neighbouring words, or of
// characters where text is written without blanks. What it is worth is known
// from scores of items that it had not seen, and so is the score from which on
// it is right as often as wanted.
package topic
