package main

import "github.com/spf13/cobra"

// newQueries is the help on the query language: no command, something to read.
func newQueries() *cobra.Command {
	return &cobra.Command{Use: "queries", Short: "How queries are written", Long: queriesHelp}
}

// queriesHelp shows by examples what the doc comment of package topic defines.
// Lines that begin with two blanks hold an example and, in their second column,
// what it means.
const queriesHelp = `A query says which items a topic takes ('match') or must not hold ('never'),
and which items of a feed are admitted ('only'). 'list --match' and 'try' take
one too: try it on what is stored before it goes into the config.

  election              this word in title or text, in upper or lower case and in
                        any form (elections), by the rules of the item's language
  covid-19              what signs join is a phrase; AI finds AI-powered, not OpenAI
  "north korea"         a phrase: these words, one after the other
  ukrain*               words that begin so
  *wahl*                words that hold these 4 letters or more
  =Apple                this very form, upper and lower case told apart
  /Boeing 7\d7/         a regular expression (RE2) on the plain text; (?i) for any case
  *                     everything

  kim putin             both; AND between them says the same
  kim OR putin          one of them, or both
  kim -sport            the one, but not the other; NOT says the same. A query
                        needs something to take as well: * -sport
  (kim OR xi) -sport    parentheses group; NOT binds before AND, AND before OR
  2 of (arms, shell, "artillery fire")
                        at least so many of them: best for long texts
  arms NEAR/5 (deal OR sale)
                        at most 5 other words between, in any order
  "arms russia"~5       the same for all the words of a phrase

  title:summit          in the title; so text: author: category:
  title:(kim OR putin)  fields take groups, phrases and all of the above
  feed:guardian         by the feed's name; tag:uk by one of its tags
  topic:korea           what another topic's query takes
  lang:en               the declared language, en-US too
  site:bbc.co.uk        linked on this host, or on one below it
  link:/sport/          these letters stand in its link
  has:image             or enclosure, audio, video, author, category, fulltext
  words>300             length of the text; words<50
  age<2d                how old it was when it was first seen; age>1w

A word without diacritics finds both forms, and ae finds ä, ss finds ß; one with
diacritics finds only itself. Chinese, Japanese and Thai are found as sequences
of characters. OR, AND, NOT and NEAR are written in capitals.

In the config put the whole query in single quotes, or on the lines below >-:
without, YAML takes quotes, *, -, # and colons for signs of its own. A list of
queries is joined by OR.

Then: 'check' runs the topic's tests, 'explain ITEM --topic T' shows what each
part of its query found, and 'plan' what the edited config would change.
`
