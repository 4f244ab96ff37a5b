package config

import "strings"

// expand replaces ${NAME} and ${NAME:-default} by the environment's values,
// the default where NAME is unset or empty, and $$ by $; any other $ stays. It
// reports whether something came from the environment, and a fault with its
// offset where one can't be expanded.
func expand(text string, getenv func(string) (string, bool)) (result string, expanded bool, f *fault, offset int) {
	var b strings.Builder
	for i := 0; i < len(text); {
		dollar := strings.IndexByte(text[i:], '$')
		if dollar < 0 {
			b.WriteString(text[i:])
			break
		}
		b.WriteString(text[i : i+dollar])
		i += dollar
		switch rest := text[i:]; {
		case strings.HasPrefix(rest, "$$"):
			b.WriteByte('$')
			i += 2
		case strings.HasPrefix(rest, "${"):
			value, n, f := variable(rest, getenv)
			if f != nil {
				return "", true, f, i
			}
			b.WriteString(value)
			expanded = true
			i += n
		default:
			b.WriteByte('$')
			i++
		}
	}
	return b.String(), expanded, nil, 0
}

// variable expands the ${...} at the start of text and returns its length.
func variable(text string, getenv func(string) (string, bool)) (string, int, *fault) {
	end := strings.IndexByte(text, '}')
	if end < 0 {
		return "", 0, &fault{what: "has a ${ without its }", remedy: "write ${NAME} or ${NAME:-default}, and $$ for a plain $"}
	}
	name, def, hasDef := strings.Cut(text[2:end], ":-")
	if !isVariable(name) {
		return "", 0, &fault{what: "has ${...} around what is no name of a variable", remedy: "write ${NAME} or ${NAME:-default}, and $$ for a plain $"}
	}
	value, ok := "", false
	if getenv != nil {
		value, ok = getenv(name)
	}
	if hasDef && value == "" {
		return def, end + 1, nil
	}
	if !ok {
		return "", 0, &fault{what: "needs the environment variable " + name + ", which is not set", remedy: "set it, or write ${" + name + ":-default}"}
	}
	return value, end + 1, nil
}

func isVariable(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c != '_' && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// literal writes text so that expand gives it back.
func literal(text string) string { return strings.ReplaceAll(text, "$", "$$") }
