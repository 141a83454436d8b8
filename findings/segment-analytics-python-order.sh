#!/usr/bin/env bash
# segment-analytics-python delivers out of order after a 429 with Retry-After: the batch that was told to wait goes to
# the end of the queue, so events that were tracked later arrive before it. Who keeps the last value wins with the first.
set -euo pipefail

VERSION=2.4.0
FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
python3 -m venv "$FOLDER/venv"
"$FOLDER/venv/bin/pip" install --quiet --disable-pip-version-check "segment-analytics-python==$VERSION"

cat >"$FOLDER/order.py" <<'PY'
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version

from segment.analytics.client import Client

print(f"segment-analytics-python {version('segment-analytics-python')} on Python {sys.version.split()[0]}")
requests = []


class Sink(BaseHTTPRequestHandler):
    """Answers the first request 429 with Retry-After: 1, and every other 200."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = 200 if requests else 429
        requests.append((status, [message["traits"]["plan"] for message in body["batch"]]))
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments):
        """Keep quiet."""


sink = HTTPServer(("127.0.0.1", 0), Sink)
threading.Thread(target=sink.serve_forever, daemon=True).start()
failures = []
client = Client(
    "key",
    host=f"http://127.0.0.1:{sink.server_port}",
    upload_size=1,
    upload_interval=0.1,
    on_error=lambda error, batch: failures.append(str(error)),
)
for plan in ("free", "basic", "pro"):
    client.identify("ada", {"plan": plan})
client.flush()
client.join()
sink.shutdown()

for status, plans in requests:
    print(f"  answered {status}: {', '.join(plans)}")
arrived = [plan for status, plans in requests if status == 200 for plan in plans]
print(f"identified in the order free, basic, pro; arrived as {', '.join(arrived)}; {len(failures)} failures reported")
reordered = arrived == ["basic", "pro", "free"] and not failures
print("The batch that had to wait came last." if reordered else "The behaviour has changed.")
sys.exit(0 if reordered else 1)
PY
"$FOLDER/venv/bin/python" "$FOLDER/order.py"
