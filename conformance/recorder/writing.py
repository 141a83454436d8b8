"""A scenario written as YAML that a person likes to read: short parts on one line, long ones in the open."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Characters of a part that still stands on one line.
_ONE_LINE: Final = 96
_WIDTH: Final = 4_000


def scenario_yaml(
    scenario: Mapping[str, Any], *, head: Sequence[str] = (), remarks: Mapping[int, str] | None = None
) -> str:
    """The text of a scenario file.

    Args:
        scenario: The scenario, as the document of a file.
        head: Lines of a comment at the top.
        remarks: Comments before steps, by the place of the step.
    """
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.ignore_aliases = lambda _: True
    made = _mapping(scenario, flow=False)
    steps = made.get("steps")
    for place, remark in (remarks or {}).items():
        if isinstance(steps, CommentedSeq):
            steps.yaml_set_comment_before_after_key(place, before=remark, indent=2)
    stream = StringIO()
    yaml.dump(made, stream)
    return "".join(f"# {line}\n" for line in head) + stream.getvalue()


def _node(value: Any) -> Any:
    if isinstance(value, dict):
        return _mapping(value, flow=_is_short(value))
    if isinstance(value, list):
        made = CommentedSeq(_node(item) for item in value)
        if _is_short(value) and not any(isinstance(item, (dict, list)) and item for item in value):
            made.fa.set_flow_style()
        return made
    return value


def _mapping(value: Mapping[str, Any], *, flow: bool) -> CommentedMap:
    made = CommentedMap((key, _node(item)) for key, item in value.items())
    if flow:
        made.fa.set_flow_style()
    return made


def _is_short(value: Any) -> bool:
    """Whether a value is short enough for one line; texts of several lines are not."""
    text = str(value)
    return len(text) <= _ONE_LINE and "\\n" not in text and not _has_lone_pair(value)


def _has_lone_pair(value: Any) -> bool:
    """Whether a list in it has an object of one member, which would lose its braces on the line."""
    if isinstance(value, dict):
        return any(_has_lone_pair(item) for item in value.values())
    if isinstance(value, list):
        return any((isinstance(item, dict) and len(item) == 1) or _has_lone_pair(item) for item in value)
    return False
