package link

import "strings"

const upperHex = "0123456789ABCDEF"

// escape normalises the percent-encoding of a part of an address: unreserved
// characters stand for themselves, other encoded ones keep their encoding with
// upper-case digits, and what no address may hold is encoded (RFC 3986
// sections 2 and 6.2.2). A % that begins no encoding is encoded too.
func escape(s string) string {
	i := 0
	for i < len(s) && s[i] != '%' && mayStand(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString(s[:i])
	for ; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			c = unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
			if isUnreserved(c) {
				b.WriteByte(c)
				continue
			}
		} else if c != '%' && mayStand(c) {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
	}
	return b.String()
}

// mayStand reports whether a character may stand in an address as it is.
func mayStand(c byte) bool {
	return isUnreserved(c) || strings.IndexByte("!$&'()*+,;=:@/?[]#", c) >= 0
}

func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
