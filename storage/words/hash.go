package words

import "slices"

// Hash returns a 32-bit hash of a token: FNV-1a with its bits mixed once more,
// and the lowest bit set if the token begins with a digit and clear if it does
// not (see IsNumber). It is stored, so it never changes; it is no defence
// against an adversary.
func Hash(token string) uint32 {
	h := uint32(fnvOffset)
	for i := 0; i < len(token); i++ {
		h = (h ^ uint32(token[i])) * fnvPrime
	}
	return finish(h, token != "" && token[0]-'0' < 10)
}

// hashBytes is Hash of a token that is still being made.
func hashBytes(token []byte) uint32 {
	h := uint32(fnvOffset)
	for _, c := range token {
		h = (h ^ uint32(c)) * fnvPrime
	}
	return finish(h, len(token) > 0 && token[0]-'0' < 10)
}

// hashLower is Hash of s with its ASCII letters folded.
func hashLower(s string) uint32 {
	h := uint32(fnvOffset)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c-'A' < 26 {
			c += 'a' - 'A'
		}
		h = (h ^ uint32(c)) * fnvPrime
	}
	return finish(h, s != "" && s[0]-'0' < 10)
}

// IsNumber reports whether hash is that of a token that begins with a digit.
func IsNumber(hash uint32) bool { return hash&1 == 1 }

const (
	fnvOffset = 2166136261
	fnvPrime  = 16777619
)

func finish(h uint32, number bool) uint32 {
	h = mix(h)
	if number {
		return h | 1
	}
	return h &^ 1
}

// mix spreads a change of any bit over all of them, so that the smallest of
// many hashes are a fair sample.
func mix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85EBCA6B
	h ^= h >> 13
	h *= 0xC2B2AE35
	return h ^ h>>16
}

// Shingles returns the hashes of all runs of three tokens, in their order: two
// fewer than there are tokens. A text of one or two tokens gives one shingle.
func Shingles(tokens []string) []uint32 {
	hashes := make([]uint32, len(tokens))
	for i, t := range tokens {
		hashes[i] = Hash(t)
	}
	return ShingleHashes(hashes)
}

// ShingleHashes returns Shingles of the tokens that have the given hashes.
func ShingleHashes(hashes []uint32) []uint32 { return AppendShingles(nil, hashes) }

// AppendShingles appends to dst what ShingleHashes returns.
func AppendShingles(dst, hashes []uint32) []uint32 {
	switch len(hashes) {
	case 0:
		return dst
	case 1:
		return append(dst, shingle(hashes[0], 0, 0))
	case 2:
		return append(dst, shingle(hashes[0], hashes[1], 0))
	}
	dst = slices.Grow(dst, len(hashes)-2)
	for i := range hashes[2:] {
		dst = append(dst, shingle(hashes[i], hashes[i+1], hashes[i+2]))
	}
	return dst
}

// shingle hashes three hashes in their order.
func shingle(a, b, c uint32) uint32 {
	h := uint64(a)*0x9E3779B97F4A7C15 + uint64(b)*0xC2B2AE3D27D4EB4F + uint64(c)*0x165667B19E3779F9
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	return uint32(h >> 32)
}
