#!/usr/bin/env bash
# distributed 2026.8.0: `as_completed(futures)` looks for the default client, although each future knows its own. With a
# client made with `set_as_default=False` it raises ValueError: "No clients found", for futures that the same client
# gathers; and so it does for no futures at all. Inside `with client.as_current()` it works.
set -euo pipefail

FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check distributed==2026.8.0 dask==2026.8.0

cat >wait.py <<'PY'
import sys
from importlib.metadata import version

from distributed import Client, LocalCluster, as_completed


def double(number):
    return 2 * number


def tried(wait):
    try:
        return wait()
    except ValueError as error:
        return f"ValueError: {str(error).splitlines()[0]}"


def results(futures):
    return sorted(future.result() for future in as_completed(futures))


if __name__ == "__main__":
    cluster = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None)
    with cluster, Client(cluster, set_as_default=False) as client:
        futures = client.map(double, [1, 2])
        gathered = sorted(client.gather(futures))
        alone, nothing = tried(lambda: results(futures)), tried(lambda: results([]))
        with client.as_current():
            current = tried(lambda: results(futures))
    print(f"distributed {version('distributed')}")
    print("gathered by the client:", gathered)
    print("as_completed:", alone)
    print("as_completed of nothing:", nothing)
    print("as_completed with the client as the current one:", current)
    raised = "ValueError: No clients found"
    same = gathered == current == [2, 4] and alone == nothing == raised
    print("The futures' own client is not asked." if same else "The behaviour has changed.")
    sys.exit(not same)
PY
venv/bin/python wait.py 2>errors.txt || { cat errors.txt >&2; exit 1; }
