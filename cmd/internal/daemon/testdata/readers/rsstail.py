# The titles that rsstail, by libmrss, sees in each of the files. It gives an
# entry without a title only its date.
import json
import subprocess
import sys

for name in sys.argv[1:]:
    out = subprocess.run(["rsstail", "-1", "-p", "-n", "50", "-u", "file://" + name], check=True, capture_output=True).stdout
    titles = [""]
    for line in out.decode().split("\n"):
        if line.startswith("Title: "):
            titles[-1] = line[7:]
        elif line.startswith("Pub.date: "):
            titles.append("")
    print(json.dumps([name, titles[:-1]]))
