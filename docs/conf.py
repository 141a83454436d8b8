"""How `make docs` builds the site: Sphinx reads the Markdown where it is, in the order of docs/README.md."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pygments.lexers import JavascriptLexer, TextLexer

from iterable_harness import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

_CONTENTS: Final = Path(__file__).with_name("README.md")

project = "iterable-harness"
release = version = __version__

extensions = ["myst_parser"]
root_doc = "README"
include_patterns = ["*.md", "docs/*.md", "scenarios/README.md"]
myst_heading_anchors = 4

html_theme = "furo"
html_title = f"iterable-harness {release}"
html_copy_source = False
html_show_sphinx = False


def setup(app: Sphinx) -> None:
    """Register what the pages need."""
    app.connect("source-read", add_contents)
    app.add_lexer("mjs", JavascriptLexer)
    # Requests are shown without the version of HTTP, which the lexer of that name insists on.
    app.add_lexer("http", TextLexer)


def add_contents(_app: Sphinx, name: str, source: list[str]) -> None:
    """Give the first page the tables of contents, and leave the page that lists them out of them."""
    if name == root_doc:
        source[0] += "\n" + "\n".join(tables_of_contents(_CONTENTS.read_text(encoding="utf-8")))
    elif name == "docs/README":
        source[0] = f"---\norphan: true\n---\n{source[0]}"


def tables_of_contents(contents: str) -> Iterator[str]:
    """A hidden table of contents for each heading of a page and the list below it."""
    for heading, section in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", contents, re.DOTALL | re.MULTILINE):
        pages = re.findall(r"^\* \[([^]]+)\]\(([^)]+)\.md\)", section, re.MULTILINE)
        yield f"```{{toctree}}\n:hidden:\n:caption: {heading}\n"
        yield from (f"{title} <{posixpath.normpath(f'docs/{page}')}>" for title, page in pages)
        yield "```\n"
