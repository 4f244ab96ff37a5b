package story

// SameHeadline reports whether two titles, as Print.Title has them, may be the
// same one: a publisher may have put the name of the feed before it. A missing
// title says nothing against it.
func SameHeadline(a, b []uint32) bool {
	return len(a) == 0 || len(b) == 0 || titlesAgree(a, b)
}

// OnOwnSite reports whether an address is on the host of the feed that gives
// it.
func OnOwnSite(address, feedURL string) bool {
	host := hostOf(feedURL)
	return host != "" && hostOf(address) == host
}
