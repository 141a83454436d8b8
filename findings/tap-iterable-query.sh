#!/usr/bin/env bash
# tap-iterable 1.0.1, Singer's tap for Iterable: every query parameter goes out twice, once in the address that it builds
# and once more by requests. Templates are asked for by type four times, with `templateTypes`, where Iterable documents
# `templateType`: the four requests for one medium differ only in a parameter that the API does not have. An API that
# ignores unknown parameters gives the same templates four times, and the tap passes each of them on; one that refuses
# a parameter given twice gives nothing.
set -euo pipefail

FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check setuptools==80.9.0 wheel==0.45.1
venv/bin/pip install --quiet --disable-pip-version-check --no-build-isolation \
    tap-iterable==1.0.1 singer-python==5.13.0 requests==2.20.0 2>install.txt || { cat install.txt >&2; exit 1; }

cat >ask.py <<'PY'
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import parse_qs, urlsplit

from tap_iterable.iterable import Iterable

queries = []
REPLY = b'{"templates":[{"templateId":1,"createdAt":1767225600000,"updatedAt":1767225600000}]}'


class Api(BaseHTTPRequestHandler):
    def do_GET(self):
        queries.append(parse_qs(urlsplit(self.path).query))
        self.send_response(200)
        self.send_header("Content-Length", str(len(REPLY)))
        self.end_headers()
        self.wfile.write(REPLY)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
# One window for all time, so that each combination of type and medium is one request.
tap = Iterable("a-key", api_window_in_days=100_000)
tap.uri = f"http://127.0.0.1:{server.server_port}/api/"
read = list(tap.templates("updatedAt", "2025-12-01T00:00:00Z"))
server.shutdown()

names = Counter(name for query in queries for name in query)
given = {len(values) for query in queries for values in query.values()}
types = sorted({query["templateTypes"][0] for query in queries})
email = sum(query["messageMedium"][0] == "Email" for query in queries)
print(f"tap-iterable {version('tap-iterable')}, requests {version('requests')}")
print("parameters", sorted(names), "each given", given, "times in a request")
print("types asked for", types, "in", email, "requests for the medium Email")
print("one template, read", len(read), "times in", len(queries), "requests")
same = given == {2} and "templateType" not in names and types == ["Base", "Blast", "Triggered", "Workflow"]
same = same and email == 4 and len(read) == len(queries)
print("Parameters go out twice, and the type by a name of its own." if same else "The behaviour has changed.")
sys.exit(not same)
PY
venv/bin/python ask.py 2>errors.txt || { cat errors.txt >&2; exit 1; }
