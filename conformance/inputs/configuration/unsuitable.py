"""What a file seems to be that holds no subscriptions, and what to give instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from conformance.inputs.errors import InputProblem
from conformance.inputs.foreign_documents import look_of_bytes, look_of_text
from conformance.inputs.json_values import BadJson, parse_json
from conformance.inputs.yaml_file import Document

FORMS: Final = (
    "expected one of: a list of subscriptions with name, partnerAction, subscribe and mapping; a reply of Segment's "
    "Public API (GET /destinations/{id}/subscriptions); Terraform as .tf, terraform.tfstate or `terraform show -json`"
)
_MUST_BE: Final = "must be a list of subscriptions, but looks like"
_SUBSCRIPTIONS_CALL: Final = "use the reply of GET /destinations/{id}/subscriptions"
_SHOWN: Final = 4096
_COLOUR: Final = "\x1b["
#: Such as `  + resource "type" "name" {`, perhaps in colours.
_PLAN: Final = re.compile(r"^(?:\x1b\[[\d;]*m|[ \t])*[+~-](?:\x1b\[[\d;]*m|[ \t/+-])*resource \"", re.MULTILINE)
#: What is told by a line near its beginning.
_TEXTS: Final = (
    (re.compile(r"\AHTTP/[\d.]+ \d{3}\b"), "a reply with its headers before its body"),
    (re.compile(r"\A\s*(?://|/\*)"), "JSON with comments, or source code"),
    (
        re.compile(
            r"^(?:#!.*|import [\w{*\"'].*|from [\w.]+ import .*|export (?:default|const)\b.*|module\.exports\b.*"
            r"|package \w+;?|(?:const|let|var) \w+ *=.*|(?:async )?function \w*\(.*|(?:def|class) \w+.*:)$",
            re.MULTILINE,
        ),
        "source code",
    ),
    (
        re.compile(r"\A(?:\s*[#;].*\n)*\s*(?:\[\[?[\w .\"-]+\]\]?\s*\n\s*)?[A-Za-z_][\w.-]* *= *\S"),
        "settings as KEY = VALUE, such as TOML, an .env file or Terraform's variables",
    ),
)
#: What is told from how it begins, with what to do; empty where the forms that are expected are the answer.
_TEXT_HINTS: Final = {
    "an HTML page": "was a login page saved instead of the file?",
    "an XML document": "",
    "a curl command": "use what it prints",
    "CSV with a header line": "",
}
_EVENT_TYPES: Final = ("identify", "track", "page", "screen", "group", "alias")


def unsuitable(document: Document) -> InputProblem:
    """The problem of a file without subscriptions: what it seems to be, and what is expected."""
    value = document.value
    if value is None:
        return document.problem((), "is empty", FORMS)
    kind, hint = _object_kind(value) if isinstance(value, dict) else (_other_kind(value), "")
    if isinstance(value, list) and value and isinstance(value[0], dict) and _is_reply(value[0]):
        hint = "put the subscriptions of all of them into one list"
    return document.problem((), f"{_MUST_BE} {kind}", hint or FORMS)


def unsuitable_text(file: str, text: str) -> InputProblem | None:
    """The problem of a text that tells what it is before it is read; None for one that does not."""
    kind, hint = _text_kind(text)
    return InputProblem(file, 1, 1, "", f"{_MUST_BE} {kind}", hint or FORMS) if kind else None


def unsuitable_bytes(file: str, content: bytes, reason: str) -> InputProblem:
    """The problem of a file that is not text.

    Args:
        file: The file.
        content: What it holds.
        reason: Goes on behind `is not text`, for one that is not known by its first bytes.
    """
    look = look_of_bytes(content)
    if look is None or look[0].startswith("text in "):
        return InputProblem(file, 0, 0, "", f"is not text{reason}", FORMS)
    return InputProblem(file, 0, 0, "", f"{_MUST_BE} {look[0]}", look[1] or FORMS)


def without_resources(document: Document) -> InputProblem:
    """The problem of Terraform that has no subscription in it."""
    message = "has no resource segment_destination_subscription"
    hint = "if a module makes them, use the output of `terraform show -json`"
    return document.problem((), message, hint)


def _text_kind(text: str) -> tuple[str, str]:
    if _PLAN.search(text):
        hint = "keep the plan with -out, and use its `terraform show -json`"
        return "the human-readable output of `terraform plan`", hint
    if _COLOUR in text:
        return "output with terminal colours", "print it with -no-color"
    if lines := _json_lines(text):
        events = all(isinstance(line, dict) and line.get("type") in _EVENT_TYPES for line in lines)
        return ("Segment events, one per line" if events else "JSON values, one per line"), ""
    for pattern, name in _TEXTS:
        if pattern.search(text[:_SHOWN]):
            return name, ""
    if _several_documents(text):
        return "several YAML documents, but only one can be read", ""
    kind, _ = look_of_text(text[:_SHOWN].encode("utf-8", "replace"))
    return (kind, _TEXT_HINTS[kind]) if kind in _TEXT_HINTS else ("", "")


def _several_documents(text: str) -> bool:
    """Whether a line of dashes alone stands behind something that YAML does not skip."""
    content = False
    for line in text.splitlines():
        if content and line.rstrip() == "---":
            return True
        content = content or (line.strip() not in {"", "---"} and line[0] not in "#%")
    return False


def _json_lines(text: str) -> list[Any]:
    """The first two lines, if each is a JSON object; otherwise nothing."""
    lines = [line for line in text[:_SHOWN].split("\n") if line.strip()][:2]
    try:
        values = [parse_json(line.encode("utf-8", "surrogatepass")) for line in lines]
    except BadJson:
        return []
    return values if len(values) > 1 and all(isinstance(value, dict) for value in values) else []


def _object_kind(value: Mapping[str, Any]) -> tuple[str, str]:
    for matches, kind, hint in _KINDS:
        if matches(value):
            return kind, hint
    keys = ", ".join(list(value)[:5])
    return f"an object with {keys}" if keys else "an empty object", ""


def _other_kind(value: object) -> str:
    if isinstance(value, list):
        first = value[0] if value else None
        if isinstance(first, dict):
            return f"a list whose items are each {_object_kind(first)[0]}"
        return f"a list with {first!r:.40} in it" if value else "an empty list"
    return f"the single value {value!r:.40}"


def _inside(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


def _is_mapping(value: Mapping[str, Any]) -> bool:
    return any(isinstance(item, dict) and any(str(key).startswith("@") for key in item) for item in value.values())


def _has(*keys: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda value: all(key in value for key in keys)


def _is_reply(value: Mapping[str, Any]) -> bool:
    return bool({"subscription", "subscriptions"} & _inside(value, "data").keys())


_KINDS: Final[tuple[tuple[Callable[[Mapping[str, Any]], bool], str, str], ...]] = (
    (
        _has("errors"),
        "an error reply of Segment's Public API",
        "try again with a token that may read the workspace",
    ),
    (
        lambda value: "destination" in _inside(value, "data") or _has("metadata", "sourceId")(value),
        "the reply about the destination itself, which does not list its subscriptions",
        _SUBSCRIPTIONS_CALL,
    ),
    (
        lambda value: "destinations" in _inside(value, "data"),
        "the list of a workspace's destinations",
        _SUBSCRIPTIONS_CALL,
    ),
    (_is_reply, "a reply of Segment's Public API", _SUBSCRIPTIONS_CALL),
    (
        lambda value: isinstance(value.get("data"), dict),
        "a reply that is about something other than subscriptions",
        _SUBSCRIPTIONS_CALL,
    ),
    (
        lambda value: isinstance(value.get("resource"), dict),
        "Terraform's JSON syntax",
        "use the output of `terraform show -json`",
    ),
    (
        lambda value: value.get("version") in {1, 2, 3} and "modules" in value,
        "a state file of Terraform before 0.12",
        "use the output of `terraform show -json`",
    ),
    (
        _has("terraform_version"),
        "Terraform's, without any resource",
        "use the file of a workspace that has been applied",
    ),
    (
        _has("format_version"),
        "the output of `terraform show -json` for an empty state",
        "use that of a workspace that has been applied",
    ),
    (lambda value: value.get("type") in _EVENT_TYPES, "a Segment event", ""),
    (_has("batch"), "the body of a batch of Segment events", ""),
    (_has("steps"), "a scenario", "name the file of its mapping"),
    (lambda value: "entries" in _inside(value, "log"), "a HAR file", ""),
    (
        _is_mapping,
        "a single mapping",
        "put it in a subscription, next to name, partnerAction and subscribe",
    ),
)
