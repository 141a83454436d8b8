#!/usr/bin/env bash
# python-hcl2 8.1.4 takes the escape `$${` (which stands for `${`, with or without a closing brace) to reach to the
# next `}` of the file. A text that ends before one is refused; where a later text has one, the quotation mark, the
# line break and the whole next attribute become part of the first value, without an error.
set -euo pipefail

venv=$(mktemp -d)
trap 'rm -rf "$venv"' EXIT
python3 -m venv "$venv"
"$venv/bin/python" -m pip --quiet --disable-pip-version-check install 'python-hcl2==8.1.4' 'lark==1.3.1'

"$venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import hcl2

print("python-hcl2", version("python-hcl2"), "lark", version("lark"))


def seen(text):
    try:
        return {key: value for key, value in hcl2.loads(text).items() if not key.startswith("__")}
    except Exception as error:
        return type(error).__name__


cases = (
    ('a = "$${x}"\nb = "}"\n', {"a": '"$${x}"', "b": '"}"'}),
    ('a = "$${"\n', "UnexpectedCharacters"),
    ('a = "$${"\nb = "}"\n', {"a": '"$${"\nb = "}"'}),
    ('a = "%%{"\n', "UnexpectedToken"),
)
changed = False
for text, expected in cases:
    found = seen(text)
    print(f"{text!r}\n  seen     {found!r}\n  expected {expected!r}")
    changed = changed or found != expected
sys.exit(1 if changed else 0)
PYTHON
