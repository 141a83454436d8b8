#!/usr/bin/env bash
# s3fs 2026.9.0: when S3 refuses the credentials, `exists`, `isdir`, `info` and `glob` raise PermissionError, but `isfile`
# says False. Whoever asks `isfile` first tells a user with a wrong key that the file is not there. Asking `info` tells
# the two apart.
set -euo pipefail

FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    s3fs==2026.9.0 fsspec==2026.9.0 aiobotocore==3.10.0 botocore==1.43.117 boto3==1.43.117 'moto[server]==5.2.5'

cat >ask.py <<'PY'
import sys
import urllib.request
from importlib.metadata import version

import boto3
import s3fs
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
address = "http://{}:{}".format(*server.get_host_and_port())
keys = {"key": "a-key", "secret": "a-secret", "endpoint_url": address}
client = boto3.client(
    "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="a-key", aws_secret_access_key="a-secret"
)
client.create_bucket(Bucket="logs")
client.put_object(Bucket="logs", Key="day.jsonl", Body=b"{}")


def answers():
    files = s3fs.S3FileSystem(**keys, skip_instance_cache=True)
    for name, path in (("exists", "logs/day.jsonl"), ("isfile", "logs/day.jsonl"), ("isdir", "logs"), ("info", "logs/day.jsonl")):
        try:
            found = getattr(files, name)(path)
            yield name, "found" if name == "info" else str(found)
        except OSError as error:
            yield name, type(error).__name__


allowed = dict(answers())
# From now on every request needs a key that the server knows; it knows none.
url = f"{address}/moto-api/reset-auth"
urllib.request.urlopen(urllib.request.Request(url, data=b"0", headers={"Content-Type": "text/plain"}, method="POST"))
refused = dict(answers())
server.stop()
print(f"s3fs {version('s3fs')}, moto {version('moto')}")
print("allowed", allowed)
print("refused", refused)
same = allowed == {"exists": "True", "isfile": "True", "isdir": "True", "info": "found"} and refused == {
    "exists": "PermissionError", "isfile": "False", "isdir": "PermissionError", "info": "PermissionError",
}
print("Of a file that may not be looked at, isfile alone says False." if same else "The behaviour has changed.")
sys.exit(not same)
PY
venv/bin/python ask.py 2>errors.txt || { cat errors.txt >&2; exit 1; }
