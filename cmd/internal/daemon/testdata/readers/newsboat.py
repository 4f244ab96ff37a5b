# The titles that newsboat keeps of each of the files. It knows an entry by its
# id alone, so each is read apart from the others.
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

for name in sys.argv[1:]:
    with tempfile.TemporaryDirectory() as home:
        urls, cache, config = (os.path.join(home, n) for n in ("urls", "cache.db", "config"))
        with open(urls, "w") as f:
            f.write("file://" + name + "\n")
        with open(config, "w") as f:
            f.write("max-items 0\n")
        subprocess.run(
            ["newsboat", "-q", "-u", urls, "-c", cache, "-C", config, "-x", "reload"],
            env=dict(os.environ, HOME=home), check=True, stdin=subprocess.DEVNULL,
        )
        rows = sqlite3.connect(cache).execute("select title from rss_item").fetchall()
    print(json.dumps([name, [r[0] for r in rows]]))
