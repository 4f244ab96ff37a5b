# The titles that sfeed sees in each of the files.
import json
import subprocess
import sys

for name in sys.argv[1:]:
    with open(name, "rb") as f:
        lines = subprocess.run(["sfeed"], stdin=f, check=True, capture_output=True).stdout.decode().splitlines()
    print(json.dumps([name, [line.split("\t")[1] for line in lines]]))
