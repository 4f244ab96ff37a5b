package parse

// A context is an element whose children are read.
type context uint8

const (
	inRSS context = iota // <rss>, <rdf:RDF> and <channel>
	inItem
	inImage // the image of a channel
	inFeed
	inEntry
	inSource
	inPerson
	inMedia // media:group and media:content
	inGeo   // what GeoRSS and the geo vocabulary wrap a place in
	inSkip  // skipHours and skipDays
	inOwner // itunes:owner
	inChapters
)

// A form says how an element is read and written.
type form uint8

const (
	plain     form = iota + 1 // text; markup inside is dropped
	prose                     // text that may be HTML; its type is noted
	date                      // a date; written in RFC 3339
	void                      // only its attributes
	group                     // its children, in another context
	open                      // its children, as if they stood in its place
	item                      // an item or entry
	link                      // an RSS link, which may turn out to be Atom's
	mark                      // text and attributes, noted as an extra
	markProse                 // the same of a text that may be HTML
	flat                      // its attributes, noted as an extra; its children as if they stood behind it
)

// A rule says what becomes of one element of a context.
type rule struct {
	form  form
	as    string   // the name under which gofeed is given it, or an extra is noted
	extra bool     // of any other form: noted as an extra too
	attrs []string // the attributes that are kept
	into  context  // of a group
	note  slot     // of prose: whose type, base and language are noted
}

// A slot is a piece of prose of an item or a feed.
type slot uint8

const (
	noSlot slot = iota
	titleSlot
	summarySlot // of a feed: its subtitle
	contentSlot
	slots
)

var (
	linkAttrs  = []string{"href", "rel", "type", "hreflang", "title", "length"}
	mediaAttrs = []string{"url", "type", "medium", "fileSize", "width", "height", "duration", "isDefault", "lang"}
	typeAttr   = []string{"type"}
)

// extensions are the elements of other vocabularies that items of every XML
// format may hold.
var extensions = map[string]rule{
	"content:encoded":     {form: prose, as: "content:encoded"},
	"dc:creator":          {form: plain, as: "dc:creator"},
	"dc:author":           {form: plain, as: "dc:creator"},
	"dc:contributor":      {form: plain, as: "dc:contributor"},
	"dc:subject":          {form: plain, as: "dc:subject"},
	"dc:language":         {form: plain, as: "dc:language"},
	"dc:rights":           {form: plain, as: "dc:rights"},
	"dc:title":            {form: prose, as: "dc:title"},
	"dc:description":      {form: prose, as: "dc:description"},
	"dc:date":             {form: date, as: "dc:date"},
	"dcterms:issued":      {form: date, as: "dcterms:issued"},
	"dcterms:created":     {form: date, as: "dcterms:created"},
	"dcterms:modified":    {form: date, as: "dcterms:modified"},
	"feedburner:origlink": {form: plain, as: "feedburner:origLink"},
	"itunes:author":       {form: plain, as: "itunes:author"},
	"itunes:image":        {form: void, as: "itunes:image", attrs: []string{"href", "url"}, extra: true},
	"itunes:subtitle":     {form: prose, as: "itunes:subtitle", extra: true},
	"itunes:summary":      {form: prose, as: "itunes:summary"},
	"itunes:title":        {form: mark, as: "itunes:title"},
	"itunes:duration":     {form: mark, as: "itunes:duration"},
	"itunes:episode":      {form: mark, as: "itunes:episode"},
	"itunes:season":       {form: mark, as: "itunes:season"},
	"itunes:episodetype":  {form: mark, as: "itunes:episodetype"},
	"itunes:explicit":     {form: mark, as: "itunes:explicit"},
	"itunes:block":        {form: mark, as: "itunes:block"},
	"itunes:keywords":     {form: mark, as: "itunes:keywords"},
	"itunes:category":     {form: flat, as: "itunes:category", attrs: []string{"text"}},
	"podcast:season":      {form: mark, as: "podcast:season", attrs: []string{"name"}},
	"podcast:episode":     {form: mark, as: "podcast:episode", attrs: []string{"display"}},
	"podcast:chapters":    {form: mark, as: "podcast:chapters", attrs: []string{"url", "type"}},
	"podcast:transcript":  {form: mark, as: "podcast:transcript", attrs: []string{"url", "type", "language", "rel"}},
	"podcast:person":      {form: mark, as: "podcast:person", attrs: []string{"role", "group", "img", "href"}},
	"podcast:soundbite":   {form: mark, as: "podcast:soundbite", attrs: []string{"startTime", "duration"}},
	"podcast:location":    {form: mark, as: "podcast:location", attrs: []string{"geo"}},
	"podcast:license":     {form: mark, as: "podcast:license", attrs: []string{"url"}},
	"psc:chapters":        {form: open, into: inChapters},
	"thr:in-reply-to":     {form: mark, as: "thr:in-reply-to", attrs: []string{"ref", "idref", "href", "type", "source"}},
	"wfw:comment":         {form: mark, as: "wfw:comment"},
	"wfw:commentrss":      {form: mark, as: "wfw:commentrss"},
	"cc:license":          {form: mark, as: "license", attrs: []string{"rdf:resource"}},
	"georss:where":        {form: open, into: inGeo},
	"georss:point":        {form: mark, as: "geo:point"},
	"georss:line":         {form: mark, as: "geo:line"},
	"georss:polygon":      {form: mark, as: "geo:polygon"},
	"georss:box":          {form: mark, as: "geo:box"},
	"georss:elev":         {form: mark, as: "geo:elev"},
	"georss:featurename":  {form: mark, as: "geo:name"},
	"geo:point":           {form: open, into: inGeo},
	"geo:lat":             {form: mark, as: "geo:lat"},
	"geo:long":            {form: mark, as: "geo:long"},
	"geo:alt":             {form: mark, as: "geo:elev"},
	"xhtml:body":          {form: prose, as: "xhtml:body"},
	"xhtml:div":           {form: prose, as: "xhtml:body"},
	"media:group":         {form: open, into: inMedia, as: "media:group", extra: true},
	"media:content":       {form: open, into: inMedia, as: "media:content", attrs: mediaAttrs, extra: true},
	"media:thumbnail":     {form: void, as: "media:thumbnail", attrs: mediaAttrs, extra: true},
	"media:description":   {form: markProse, as: "media:description", attrs: typeAttr},
	"media:title":         {form: markProse, as: "media:title", attrs: typeAttr},
	"media:credit":        {form: mark, as: "media:credit", attrs: []string{"role"}},
	"media:player":        {form: mark, as: "media:player", attrs: []string{"url"}},
	"media:copyright":     {form: mark, as: "media:copyright", attrs: []string{"url"}},
	"media:rating":        {form: mark, as: "media:rating"},
	"media:adult":         {form: mark, as: "media:adult"},
	"media:keywords":      {form: mark, as: "media:keywords"},
	"media:category":      {form: mark, as: "media:category", attrs: []string{"scheme", "label"}},
}

// feedExtensions are the elements of other vocabularies that feeds of every XML
// format may hold.
var feedExtensions = map[string]rule{
	"dc:language":         {form: plain, as: "dc:language"},
	"dc:rights":           {form: plain, as: "dc:rights"},
	"itunes:image":        {form: void, as: "itunes:image", attrs: []string{"href", "url"}},
	"sy:updateperiod":     {form: plain, as: "sy:updatePeriod"},
	"sy:updatefrequency":  {form: plain, as: "sy:updateFrequency"},
	"sy:updatebase":       {form: mark, as: "sy:updatebase"},
	"itunes:explicit":     {form: mark, as: "itunes:explicit"},
	"itunes:type":         {form: mark, as: "itunes:type"},
	"itunes:author":       {form: mark, as: "author"},
	"itunes:owner":        {form: open, into: inOwner, as: "itunes:owner", extra: true},
	"itunes:new-feed-url": {form: mark, as: "itunes:new-feed-url"},
	"itunes:category":     {form: flat, as: "itunes:category", attrs: []string{"text"}},
	"podcast:guid":        {form: mark, as: "podcast:guid"},
	"podcast:locked":      {form: mark, as: "podcast:locked"},
	"podcast:funding":     {form: mark, as: "podcast:funding", attrs: []string{"url"}},
	"cc:license":          {form: mark, as: "license", attrs: []string{"rdf:resource"}},
	"dc:creator":          {form: mark, as: "author"},
	"at:deleted-entry":    {form: mark, as: "at:deleted-entry", attrs: []string{"ref"}},
}

// grammar says, per context, which elements are read. All others are dropped
// before gofeed sees them: it would keep them in maps that nobody reads, at a
// cost that grows with the square of what a hostile feed puts there.
var grammar = map[context]map[string]rule{
	inRSS: {
		"title":            {form: prose, as: "title", note: titleSlot},
		"link":             {form: link, as: "link"},
		"channel":          {form: open, into: inRSS},
		"item":             {form: item, as: "item", into: inItem},
		"entry":            {form: item, as: "item", into: inItem},
		"description":      {form: prose, as: "description", note: summarySlot},
		"language":         {form: plain, as: "language"},
		"copyright":        {form: plain, as: "copyright"},
		"generator":        {form: plain, as: "generator"},
		"ttl":              {form: plain, as: "ttl"},
		"skiphours":        {form: open, into: inSkip},
		"skipdays":         {form: open, into: inSkip},
		"managingeditor":   {form: mark, as: "author"},
		"category":         {form: mark, as: "category", attrs: []string{"domain"}},
		"dc:subject":       {form: mark, as: "category"},
		"atom:icon":        {form: mark, as: "icon"},
		"atom:logo":        {form: mark, as: "logo"},
		"pubdate":          {form: date, as: "pubDate"},
		"lastbuilddate":    {form: date, as: "lastBuildDate"},
		"image":            {form: group, as: "image", into: inImage},
		"atom:link":        {form: void, as: "atom:link", attrs: linkAttrs},
		"atom:id":          {form: plain, as: "atom:id"},
		"atom:updated":     {form: date, as: "atom:updated"},
		"atom:rights":      {form: plain, as: "dc:rights"},
		"dc:title":         {form: prose, as: "dc:title"},
		"dc:description":   {form: prose, as: "dc:description"},
		"dc:date":          {form: date, as: "dc:date"},
		"dcterms:modified": {form: date, as: "atom:updated"},
		"itunes:subtitle":  {form: prose, as: "itunes:subtitle"},
		"itunes:summary":   {form: prose, as: "itunes:summary"},
	},
	inItem: {
		"title":            {form: prose, as: "title", note: titleSlot},
		"description":      {form: prose, as: "description", note: summarySlot},
		"encoded":          {form: prose, as: "content:encoded", note: contentSlot},
		"content:encoded":  {form: prose, as: "content:encoded", note: contentSlot},
		"link":             {form: link, as: "link"},
		"author":           {form: plain, as: "author"},
		"comments":         {form: plain, as: "comments"},
		"pubdate":          {form: date, as: "pubDate"},
		"date":             {form: date, as: "dc:date"},
		"source":           {form: plain, as: "source", attrs: []string{"url"}},
		"enclosure":        {form: void, as: "enclosure", attrs: []string{"url", "length", "type"}},
		"guid":             {form: plain, as: "guid", attrs: []string{"isPermaLink"}},
		"category":         {form: plain, as: "category", attrs: []string{"domain"}},
		"tags":             {form: mark, as: "itunes:keywords"},
		"fullitem":         {form: prose, as: "content:encoded", note: contentSlot},
		"body":             {form: prose, as: "xhtml:body"},
		"atom:link":        {form: void, as: "atom:link", attrs: linkAttrs},
		"atom:updated":     {form: date, as: "atom:updated"},
		"atom:modified":    {form: date, as: "atom:updated"},
		"atom:published":   {form: date, as: "atom:published"},
		"atom:issued":      {form: date, as: "atom:published"},
		"atom:title":       {form: prose, as: "atom:title", attrs: typeAttr},
		"atom:summary":     {form: prose, as: "atom:summary", attrs: typeAttr},
		"atom:content":     {form: prose, as: "atom:content", attrs: typeAttr},
		"atom:rights":      {form: plain, as: "dc:rights"},
		"atom:author":      {form: group, as: "atom:author", into: inPerson},
		"atom:contributor": {form: group, as: "atom:contributor", into: inPerson},
	},
	inImage: {
		"url":   {form: plain, as: "url"},
		"title": {form: plain, as: "title"},
		"link":  {form: plain, as: "link"},
	},
	inFeed: {
		"title":     {form: prose, as: "title", note: titleSlot},
		"link":      {form: link, as: "link"},
		"entry":     {form: item, as: "entry", into: inEntry},
		"item":      {form: item, as: "entry", into: inEntry},
		"subtitle":  {form: prose, as: "subtitle", note: summarySlot},
		"tagline":   {form: prose, as: "subtitle", note: summarySlot},
		"id":        {form: plain, as: "id"},
		"updated":   {form: date, as: "updated"},
		"modified":  {form: date, as: "updated"},
		"rights":    {form: plain, as: "rights"},
		"copyright": {form: plain, as: "rights"},
		"generator": {form: plain, as: "generator", attrs: []string{"uri", "version"}},
		"icon":      {form: plain, as: "icon"},
		"category":  {form: mark, as: "category", attrs: []string{"term", "scheme", "label"}},
		"logo":      {form: plain, as: "logo"},
		"author":    {form: group, as: "author", into: inPerson},
	},
	inEntry: {
		"title":       {form: prose, as: "title", note: titleSlot},
		"summary":     {form: prose, as: "summary", note: summarySlot},
		"content":     {form: prose, as: "content", attrs: []string{"src"}, note: contentSlot},
		"id":          {form: plain, as: "id"},
		"link":        {form: link, as: "link"},
		"updated":     {form: date, as: "updated"},
		"modified":    {form: date, as: "updated"},
		"published":   {form: date, as: "published"},
		"issued":      {form: date, as: "published"},
		"created":     {form: date, as: "dcterms:created"},
		"pubdate":     {form: date, as: "dcterms:issued"},
		"rights":      {form: plain, as: "rights"},
		"copyright":   {form: plain, as: "rights"},
		"category":    {form: void, as: "category", attrs: []string{"term", "scheme", "label"}},
		"author":      {form: group, as: "author", into: inPerson},
		"contributor": {form: group, as: "contributor", into: inPerson},
		"source":      {form: group, as: "source", into: inSource},
	},
	inSource: {
		"id":     {form: plain, as: "id"},
		"title":  {form: plain, as: "title"},
		"link":   {form: link, as: "link"},
		"author": {form: group, as: "author", into: inPerson},
	},
	inPerson: {
		"name":     {form: plain, as: "name"},
		"email":    {form: plain, as: "email"},
		"uri":      {form: plain, as: "uri"},
		"url":      {form: plain, as: "uri"},
		"homepage": {form: plain, as: "uri"},
	},
	inMedia: {},
	inGeo: {
		"gml:point":      {form: open, into: inGeo},
		"gml:pos":        {form: mark, as: "geo:point"},
		"gml:poslist":    {form: mark, as: "geo:line"},
		"gml:linestring": {form: open, into: inGeo},
		"geo:lat":        {form: mark, as: "geo:lat"},
		"geo:long":       {form: mark, as: "geo:long"},
		"geo:alt":        {form: mark, as: "geo:elev"},
	},
	inChapters: {"psc:chapter": {form: mark, as: "psc:chapter", attrs: []string{"start", "title", "href", "image"}}},
	inSkip:     {"hour": {form: mark, as: "hour"}, "day": {form: mark, as: "day"}},
	inOwner:    {"itunes:name": {form: mark, as: "itunes:name"}, "itunes:email": {form: mark, as: "itunes:email"}},
}

// ruleFor returns the rule of an element, by its canonical name.
func ruleFor(in context, name string) (rule, bool) {
	r, ok := grammar[in][name]
	if ok {
		return r, true
	}
	switch in {
	case inItem, inEntry, inMedia:
		r, ok = extensions[name]
	case inRSS, inFeed:
		r, ok = feedExtensions[name]
	}
	return r, ok
}
