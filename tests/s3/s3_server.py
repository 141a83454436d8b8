"""An S3 of moto's on a free port of this machine, until its standard input ends; it writes its address.

It takes any credentials at first. After `POST /moto-api/reset-auth` with `0`, only those that its IAM knows.
"""

from __future__ import annotations

import logging
import sys

from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
sys.stdout.write(f"http://{host}:{port}\n")
sys.stdout.flush()
sys.stdin.read()
server.stop()
