package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// An Addition is what Append adds to a config. Titles may be empty.
type Addition struct {
	Topics []NewTopic
	Feeds  []NewFeed
}

// NewFeed is a feed to be added.
type NewFeed struct {
	URL, Title   string
	Tags, Topics []string
}

// NewTopic is a topic to be added.
type NewTopic struct{ Name, Title string }

// ErrByHand says that a config is written in a way to which nothing can be
// added without writing it anew.
var ErrByHand = errors.New("it is not written as a list of lines; add it by hand")

// Append returns a config's text with feeds and topics at the end of its
// lists. All else stays byte for byte: comments, order, quotes. The text is
// that of one file; whether it is sound is for Load to say. An error wraps
// ErrByHand.
func Append(data []byte, add Addition) ([]byte, error) {
	text := string(data)
	var err error
	for _, list := range []struct {
		key   string
		items []string
	}{{"feeds", feedLines(add.Feeds)}, {"topics", topicLines(add.Topics)}} {
		if len(list.items) == 0 {
			continue
		}
		if text, err = appendTo(text, list.key, list.items); err != nil {
			return nil, err
		}
	}
	return []byte(text), nil
}

// appendTo adds items, each of lines, to the list of a key at the top.
func appendTo(text, key string, items []string) (string, error) {
	byHand := func(what string) error { return fmt.Errorf("%s: %s: %w", key, what, ErrByHand) }
	newline := "\n"
	if strings.Contains(text, "\r\n") {
		newline = "\r\n"
	}
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil || len(root.Content) != 1 {
		return "", byHand("the file can't be read")
	}
	top := root.Content[0]
	if top.Kind != yaml.MappingNode || top.Style&yaml.FlowStyle != 0 {
		return "", byHand("the file is no list of keys")
	}
	lines := strings.SplitAfter(text, "\n")
	if last := lines[len(lines)-1]; last != "" {
		lines[len(lines)-1] = last + newline
	} else {
		lines = lines[:len(lines)-1]
	}
	end, indent, open := len(lines), 2, false
	for i := 0; i < len(top.Content); i += 2 {
		name, value := top.Content[i], top.Content[i+1]
		if name.Value != key {
			continue
		}
		open = true
		if i+2 < len(top.Content) {
			end = top.Content[i+2].Line - 1
		}
		switch {
		case value.Kind == yaml.SequenceNode && len(value.Content) > 0 && value.Style&yaml.FlowStyle == 0:
			indent = value.Column - 1
			if line := lines[value.Line-1]; len(line) <= indent || line[indent] != '-' || strings.Trim(line[:indent], " ") != "" {
				return "", byHand("its lines stand in no column")
			}
			end = lastLine(lines[:end], indent)
		case emptyList.MatchString(lines[name.Line-1]) && len(value.Content) == 0 && value.Kind != yaml.AliasNode:
			line := &lines[name.Line-1]
			if m := emptyList.FindStringSubmatchIndex(*line); m[4] >= 0 {
				*line = strings.TrimRight((*line)[:m[4]], " ") + (*line)[m[5]:]
			}
			end = name.Line
		default:
			return "", byHand("the list is written on one line")
		}
	}
	var insert []string
	if !open {
		if l := strings.TrimSpace(lines[len(lines)-1]); l == "..." || l == "---" {
			return "", byHand("the file ends with a mark")
		}
		insert = append(insert, newline, key+":"+newline)
	}
	pad := strings.Repeat(" ", indent)
	for _, item := range items {
		for n, line := range strings.Split(item, "\n") {
			mark := "- "
			if n > 0 {
				mark = "  "
			}
			insert = append(insert, pad+mark+line+newline)
		}
	}
	return strings.Join(slices.Insert(lines, end, insert...), ""), nil
}

// emptyList is a key with nothing behind it, or an empty list.
var emptyList = regexp.MustCompile(`^(["']?[a-z]+["']?:)(?:[ \t]*(\[[ \t]*\]))?[ \t]*(?:#.*)?\r?\n?$`)

// lastLine returns how many of lines belong to a list whose marks stand at
// indent: not the blank lines and comments behind it, which belong to what
// follows.
func lastLine(lines []string, indent int) int {
	end := len(lines)
	for end > 0 {
		line := strings.TrimRight(lines[end-1], " \t\r\n")
		rest := strings.TrimLeft(line, " ")
		if rest != "" && (rest[0] != '#' || indent > 0 && len(line)-len(rest) >= indent) {
			break
		}
		end--
	}
	return end
}

func feedLines(feeds []NewFeed) (items []string) {
	for _, f := range feeds {
		item := "url: " + written(f.URL)
		if f.Title != "" {
			item += "\ntitle: " + written(f.Title)
		}
		if len(f.Tags) > 0 {
			item += "\ntags: " + flow(f.Tags)
		}
		if len(f.Topics) > 0 {
			item += "\ntopics: " + flow(f.Topics)
		}
		items = append(items, item)
	}
	return items
}

func topicLines(topics []NewTopic) (items []string) {
	for _, t := range topics {
		item := "name: " + written(t.Name)
		if t.Title != "" && t.Title != t.Name {
			item += "\ntitle: " + written(t.Title)
		}
		items = append(items, item)
	}
	return items
}

func flow(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = written(v)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// unquoted are scalars that need no quotes wherever they stand.
var unquoted = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./+~%=&?-]*(?:://[A-Za-z0-9_./:+~%=&?;@-]*[A-Za-z0-9_/=~+-])?$`)

// written writes a text of one line as YAML, its dollars doubled so that they
// stand for themselves.
func written(s string) string {
	s = strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "$", "$$")
	if unquoted.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
