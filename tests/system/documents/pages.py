"""A document as what it shows: blocks of commands with their output, files, and programs, in order."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markdown_it.token import Token

ROOT: Final = Path(__file__).parents[3]
#: The words that a command begins with; a block without a language that begins otherwise is output.
PROGRAMS: Final = frozenset(
    [
        "cat",
        "cd",
        "cp",
        "curl",
        "export",
        "git",
        "iterable-harness",
        "kill",
        "ls",
        "make",
        "mkdir",
        "node",
        "npm",
        "pip",
        "printf",
        "pytest",
        "python",
        "rm",
        "sed",
        "source",
    ]
)
_SHELL: Final = frozenset({"bash", "console", "sh", "shell"})
_COMMENT: Final = re.compile(r"<!--\s*([a-z ]+):\s*(.*?)\s*-->", re.DOTALL)
_MARKS: Final = frozenset({"not run", "held by", "file", "from"})
_NAME: Final = re.compile(r"`([\w./-]+\.(\w+))`")
_SUFFIXES: Final = {"yml": "yaml", "py": "python"}


@dataclass(frozen=True, slots=True)
class Step:
    """Commands that follow each other, and what they are said to print, all of them together."""

    commands: list[str]
    output: str


@dataclass(frozen=True, slots=True)
class Block:
    """One block of code, with the comments that mark it and the text that leads to it."""

    document: str
    line: int
    language: str
    text: str
    marks: Mapping[str, str] = field(default_factory=dict)
    before: str = ""

    @property
    def place(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def is_commands(self) -> bool:
        return self.language in _SHELL or (self.language == "" and _begins_with_a_program(self.text))

    @property
    def steps(self) -> list[Step]:
        """The commands with what is shown below them: paragraphs that begin with a program, and all others."""
        steps: list[Step] = []
        for paragraph in re.split(r"\n\n", self.text):
            if not steps or _begins_with_a_program(paragraph):
                steps.append(Step(list(_commands(paragraph)), ""))
            else:
                steps[-1] = Step(steps[-1].commands, f"{steps[-1].output}\n\n{paragraph}".strip("\n"))
        return steps

    @property
    def file_name(self) -> str | None:
        """The file that the reader is told to write: the mark, or the last name of that kind in the sentence before."""
        if "file" in self.marks:
            return self.marks["file"]
        names = [
            name for name, suffix in _NAME.findall(self.before) if _SUFFIXES.get(suffix, suffix) == self.language
        ]
        return names[-1] if names and self.before.rstrip().endswith(":") else None


def _begins_with_a_program(text: str) -> bool:
    words = text.split(maxsplit=1)
    return bool(words) and (words[0] in PROGRAMS or re.fullmatch(r"[A-Z_]+=\S*", words[0]) is not None)


def _commands(text: str) -> Iterator[str]:
    lines = iter(text.splitlines())
    for line in lines:
        command = line
        while (unfinished := _unfinished(command)) is not None:
            following = next(lines, None)
            if following is None:
                raise AssertionError(f"the command does not end: {command}")
            command = command.removesuffix("\\") + unfinished + following
        yield command


def _unfinished(command: str) -> str | None:
    """What joins the command to its next line; None when it ends here."""
    if command.endswith("\\"):
        return " "
    here = re.search(r"<<'?(\w+)'?", command)
    if here:
        return None if command.splitlines()[-1] == here[1] else "\n"
    try:
        shlex.split(command)
    except ValueError:
        return "\n"
    return None


def documents() -> list[str]:
    """Every document that readers are given, as a path from the root of the checkout."""
    folders = [path for folder in ("docs", "scenarios", "examples") for path in (ROOT / folder).rglob("*.md")]
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *folders]
    return sorted(path.relative_to(ROOT).as_posix() for path in found if path.is_file())


def blocks(document: str, text: str) -> list[Block]:
    """The blocks of a document, in order; a mark before the first heading is one of every block."""
    found: list[Block] = []
    marks: dict[str, str] = {}
    of_all: dict[str, str] = {}
    before = ""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type in {"fence", "code_block"}:
            found.append(_block(document, token, of_all | marks, before))
        elif token.type == "html_block":
            marks |= _marks(document, token)
            continue
        elif token.type == "heading_open" and marks and before == "":
            of_all = marks
        elif token.type == "inline":
            before = token.content
        elif token.type == "paragraph_close":
            continue
        marks = {}
    return found


def _block(document: str, token: Token, marks: dict[str, str], before: str) -> Block:
    line = 0 if token.map is None else token.map[0] + 1
    return Block(document, line, token.info.strip(), token.content.rstrip("\n"), marks, before)


def _marks(document: str, token: Token) -> dict[str, str]:
    marks = dict(_COMMENT.findall(token.content))
    unknown = set(marks) - _MARKS
    if unknown:
        raise AssertionError(f"{document}: there is no mark {', '.join(sorted(unknown))}")
    return marks
