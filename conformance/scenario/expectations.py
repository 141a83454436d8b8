"""Expectations held against what a step did and what is in the projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.scenario.matching import (
    Mismatch,
    format_found,
    format_value,
    given_members,
    mismatches,
    unwanted,
)
from conformance.scenario.state_expectations import check_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from conformance.scenario.model import (
        ErrorExpectation,
        ReplyExpectation,
        RequestExpectation,
        ResultExpectation,
        StepExpectation,
    )
    from conformance.scenario.record import Record

Json = Any
Document = dict[str, Json]


def check_step(expected: StepExpectation, record: Record, state_of: Callable[[str], Document]) -> list[Mismatch]:
    """Every place where an expectation does not hold.

    Args:
        expected: What must hold.
        record: What was done.
        state_of: The state document of a project by its name in the scenario; empty for the one under test.
    """
    found: list[Mismatch] = []
    if expected.requests is not None:
        found += _each("requests", expected.requests, record.requests, _check_request)
    if expected.replies is not None:
        found += _each("replies", expected.replies, record.replies, _check_reply)
    if expected.result is not None:
        found += _each("result", expected.result, record.results, _check_result)
    if expected.error is not None:
        found += _check_error(expected.error, record.results)
    if expected.counts or expected.users or expected.events:
        found += check_state(expected, state_of(""), requests=len(record.requests))
    for name, part in (expected.projects or {}).items():
        inner = check_state(part, state_of(name), requests=None)
        found += [mismatch.below("projects", name) for mismatch in inner]
    return found


def _each(
    name: str,
    expected: Sequence[Any],
    actual: Sequence[Document],
    check: Callable[[Any, Document], list[Mismatch]],
) -> list[Mismatch]:
    found: list[Mismatch] = []
    if len(expected) != len(actual):
        found.append(Mismatch((name,), str(len(expected)), format_found(len(actual), _brief(actual))))
    for index, (wanted, given) in enumerate(zip(expected, actual, strict=False)):
        found += [mismatch.below(name, index) for mismatch in check(wanted, given)]
    return found


def _brief(items: Sequence[Document]) -> list[Document]:
    return [{key: value for key, value in item.items() if key not in {"headers", "url"}} for item in items]


def _check_request(expected: RequestExpectation, request: Document) -> list[Mismatch]:
    found = _members(expected, request, ("method", "url", "path"))
    found += [mismatch.below("headers") for mismatch in mismatches(expected.headers, request["headers"])]
    if "body" in expected.model_fields_set:
        inner = mismatches(expected.body, request["body"], exact=expected.exact)
        found += [mismatch.below("body") for mismatch in inner]
    return found + unwanted(expected.without, request["body"])


def _check_reply(expected: ReplyExpectation, reply: Document) -> list[Mismatch]:
    found = _members(expected, reply, ("status", "code", "msg"))
    if "body" in expected.model_fields_set:
        found += [mismatch.below("body") for mismatch in mismatches(expected.body, reply.get("body"))]
    return found + unwanted(expected.without, reply.get("body"))


def _check_result(expected: ResultExpectation, result: Document) -> list[Mismatch]:
    found = _members(expected, result, ("subscription", "action", "connection", "status"))
    if expected.error is not None:
        found += [mismatch.below("error") for mismatch in _error_mismatches(expected.error, result["error"])]
    if expected.nodes is not None:
        wanted = [given_members(node) for node in expected.nodes]
        found += [mismatch.below("nodes") for mismatch in mismatches(wanted, result.get("nodes"))]
    return found


def _members(expected: Any, actual: Document, names: Iterable[str]) -> list[Mismatch]:
    wanted = {name: getattr(expected, name) for name in names if getattr(expected, name) is not None}
    return mismatches(wanted, actual)


def _check_error(expected: ErrorExpectation | str, results: Sequence[Document]) -> list[Mismatch]:
    errors = [result["error"] for result in results if result["error"] is not None]
    if isinstance(expected, str):
        return [Mismatch(("error",), "no error", format_value(errors))] if errors else []
    if not errors:
        return [Mismatch(("error",), format_value(given_members(expected)), "no error")]
    if any(not _error_mismatches(expected, error) for error in errors):
        return []
    return [mismatch.below("error") for mismatch in _error_mismatches(expected, errors[0])]


def _error_mismatches(expected: ErrorExpectation, error: Json) -> list[Mismatch]:
    return mismatches(given_members(expected), error)
