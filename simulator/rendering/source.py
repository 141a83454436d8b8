"""The source of a template before it is parsed: what the parser takes otherwise than the Java engine is written anew.

* The parser drops the line of a tag that stands alone on it, the Java engine does not: a mark keeps the line.
* The parser chains `{{else if}}` and `{{else unless}}`, the Java engine any helper: the chain becomes nested blocks.
* `[[field]]` is Iterable's own: it is looked up in the data feeds.
"""

from __future__ import annotations

import re
from typing import Final

#: Stands beside tags, and is taken out of the result.
MARK: Final = "\ue000"
#: Stands for braces that are not meant while the data feeds are merged.
_OPEN, _CLOSE = "\ue001", "\ue002"
_TAG: Final = re.compile(r"(?<!\\)\{\{(?!\{)(?P<body>.*?)\}\}(?!\})", re.DOTALL)
_BEFORE: Final = re.compile(r"(?<![\\{])(?=\{\{(?!\{*~))")
_AFTER: Final = re.compile(r"(?<=\}\})(?<!~\}\})(?<!~\}\}\})(?!\})")
_CHAIN: Final = re.compile(
    r"(?P<left>~?)\s*else\s+(?!(?:if|unless)\b)(?P<call>(?P<name>[^\s~]+)[^~]*)(?P<right>~?)", re.DOTALL
)
_BLOCK: Final = re.compile(r"~?\s*(?P<kind>[#^/])\s*(?P<name>[^\s~}]+)")
_FEED: Final = re.compile(r"\[\[(?P<body>.+?)\]\](?!\])", re.DOTALL)


def prepared(source: str) -> str:
    """The source as the parser is to see it."""
    return _AFTER.sub(MARK, _BEFORE.sub(MARK, _with_nested_chains(source)))


def _with_nested_chains(source: str) -> str:
    """`{{else HELPER …}}` as a block inside of a plain `{{else}}`."""
    closers: list[str] = [""]

    def rewritten(match: re.Match[str]) -> str:
        body = match["body"]
        chain = _CHAIN.fullmatch(body)
        if chain is not None:
            closers[-1] = f"{{{{/{chain['name']}}}}}{closers[-1]}"
            return f"{{{{{chain['left']}else}}}}{{{{#{chain['call']}{chain['right']}}}}}"
        block = _BLOCK.match(body)
        if block is None:
            return match[0]
        if block["kind"] != "/":
            closers.append("")
            return match[0]
        return (closers.pop() if len(closers) > 1 else "") + match[0]

    return _TAG.sub(rewritten, source)


def feed_source(source: str) -> str | None:
    """A template of which only the `[[…]]` are tags; None where there are none."""
    if not _FEED.search(source):
        return None
    quoted = source.replace("{{", _OPEN).replace("}}", _CLOSE)
    return _FEED.sub(lambda match: f"{{{{{match['body']}}}}}", quoted)


def after_feeds(text: str) -> str:
    """What came of `feed_source`, as a template again."""
    return text.replace(_OPEN, "{{").replace(_CLOSE, "}}")
