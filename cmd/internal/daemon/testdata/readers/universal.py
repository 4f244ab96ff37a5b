# The titles that the Universal Feed Parser sees in each of the files.
import json
import sys

import feedparser

for name in sys.argv[1:]:
    feed = feedparser.parse(name)
    print(json.dumps([name, [e.get("title", "") for e in feed.entries]]))
