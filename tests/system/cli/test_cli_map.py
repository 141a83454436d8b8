from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

IDENTIFY = '{"type": "identify", "userId": "u1", "traits": {"email": "ada@example.com", "plan": "pro"}}'
REFUSED = '{"type": "track", "event": "Seen"}'


def mapped(capsys: pytest.CaptureFixture[str], *arguments: str, exit_code: int = 0) -> dict[str, Any]:
    assert main(["map", "--json", *arguments]) == exit_code
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def route(document: dict[str, Any], name: str, event: int = 0) -> dict[str, Any]:
    [found] = [item for item in document["events"][event]["subscriptions"] if item["name"] == name]
    return dict(found)


def test_the_request_is_shown_as_it_would_be_sent(capsys: pytest.CaptureFixture[str]) -> None:
    [request] = route(mapped(capsys, IDENTIFY), "Identify Calls")["requests"]
    assert request == {
        "method": "POST",
        "url": "https://api.iterable.com/api/users/update",
        "body": {
            "email": "ada@example.com",
            "userId": "u1",
            "dataFields": {"email": "ada@example.com", "plan": "pro"},
            "mergeNestedObjects": False,
        },
    }


def test_a_subscription_that_does_not_match_says_which_condition_failed_on_what(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = route(mapped(capsys, IDENTIFY), "Update Cart Calls")
    assert found["matched"] is False
    assert found["against"] == [
        'type = "track" does not hold: type is "identify"',
        'event = "Cart Updated" does not hold: event is absent',
    ]


def test_a_trigger_that_breaks_says_why_and_counts_as_a_refusal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = tmp_path / "mapping.json"
    trigger = 'type = "track" and (anonymousId = "a")'
    mapping.write_text(json.dumps([{"name": "Mine", "partnerAction": "trackEvent", "subscribe": trigger}]))
    assert main(["map", REFUSED, "--mapping", str(mapping)]) == 1
    shown = capsys.readouterr().out
    assert "a pair of parentheses in it has no condition that Segment knows" in shown
    assert shown.endswith("0 mapped, 1 refused, 0 not subscribed\n")


def test_what_validation_removed_and_coerced_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    event = '{"type": "track", "event": 5, "userId": "u1", "properties": {"email": ""}}'
    changes = route(mapped(capsys, event), "Track Calls")["changes"][0]
    assert {"path": "eventName", "what": "coerced", "before": 5, "after": "5", "why": ""} in changes
    assert {"path": "email", "what": "removed", "before": "", "after": None, "why": "empty text"} in changes


def test_a_mapped_key_that_is_no_field_is_said_to_be_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "- name: Mine\n"
        "  partnerAction: updateUser\n"
        '  subscribe: type = "identify"\n'
        "  mapping: {userId: {'@path': $.userId}, colour: red}\n"
    )
    [change] = route(mapped(capsys, IDENTIFY, "--mapping", str(mapping)), "Mine")["changes"][0]
    assert (change["path"], change["why"]) == ("colour", "not a field of the action")


def test_a_refused_event_has_the_error_of_segment_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    error = route(mapped(capsys, REFUSED, exit_code=1), "Track Calls")["error"]
    assert error == {
        "name": "PayloadValidationError",
        "message": "Must include email or userId.",
        "code": "PAYLOAD_VALIDATION_FAILED",
        "status": 400,
    }


def test_the_text_ends_with_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", IDENTIFY, REFUSED, '{"type": "page"}']) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 mapped, 1 refused, 1 not subscribed"


def test_the_text_shows_request_changes_and_errors(capsys: pytest.CaptureFixture[str]) -> None:
    main(["map", '{"type": "track", "event": 5, "userId": "u1"}', REFUSED])
    shown = capsys.readouterr().out
    assert 'coerced   eventName = 5 to "5"' in shown
    assert "request   POST https://api.iterable.com/api/events/track" in shown
    assert "error     PayloadValidationError 400 PAYLOAD_VALIDATION_FAILED:\n      Must include" in shown


def test_quiet_shows_only_what_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    main(["map", "-q", IDENTIFY, REFUSED])
    shown = capsys.readouterr().out
    assert "Must include email or userId." in shown
    assert "users/update" not in shown


def test_a_field_is_followed_from_event_to_wire(capsys: pytest.CaptureFixture[str]) -> None:
    event = '{"type": "identify", "userId": "u1", "traits": {"since": "2024-03-01T09:00:00Z"}}'
    steps = route(mapped(capsys, event, "--explain", "dataFields.since"), "Identify Calls")["field"]
    assert [(step["stage"], step["path"], step["value"]) for step in steps] == [
        ("mapping", "dataFields.since", {"@path": "$.traits"}),
        ("event", "$.traits.since", "2024-03-01T09:00:00Z"),
        ("resolved", "dataFields.since", "2024-03-01T09:00:00Z"),
        ("payload", "dataFields.since", "2024-03-01T09:00:00Z"),
        ("wire", "POST https://api.iterable.com/api/users/update dataFields.since", "2024-03-01 09:00:00 +00:00"),
    ]
    assert steps[-1]["note"] == "converted by the action"


def test_a_field_that_validation_removes_is_followed_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    event = '{"type": "identify", "userId": "u1", "traits": {"email": ""}}'
    steps = route(mapped(capsys, event, "--explain", "email"), "Identify Calls")["field"]
    payload = next(step for step in steps if step["stage"] == "payload")
    assert (payload["absent"], payload["note"]) == (True, "removed by validation")


def test_a_field_that_moves_is_found_on_the_wire(capsys: pytest.CaptureFixture[str]) -> None:
    event = '{"type": "identify", "userId": "u1", "traits": {"phone": "+15551230000"}}'
    steps = route(mapped(capsys, event, "--explain", "phoneNumber"), "Identify Calls")["field"]
    assert steps[-1]["path"].endswith("users/update dataFields.phoneNumber")


def test_a_followed_field_of_a_refused_event_says_why_it_goes_no_further(
    capsys: pytest.CaptureFixture[str],
) -> None:
    event = '{"type": "identify", "userId": "u1", "traits": {"email": "nobody"}}'
    steps = route(mapped(capsys, event, "--explain", "email", exit_code=1), "Identify Calls")["field"]
    assert "must be a valid email address" in steps[-1]["note"]


def test_a_field_that_no_action_has_is_a_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "--explain", "dataField.plan", IDENTIFY]) == 2
    assert "did you mean dataFields?" in capsys.readouterr().err


def test_a_batch_is_one_bulk_request_with_a_node_for_each_event(capsys: pytest.CaptureFixture[str]) -> None:
    second = '{"type": "identify", "traits": {"email": "nobody"}}'
    document = mapped(capsys, "--batch", IDENTIFY, second, exit_code=1)
    found = route(document, "Identify Calls")
    assert [request["url"] for request in found["requests"]] == ["https://api.iterable.com/api/users/bulkUpdate"]
    assert [node["status"] for node in found["results"][0]["multistatus"]] == [200, 400]


def test_an_action_that_cannot_batch_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    event = '{"type": "track", "event": "Order Completed", "userId": "u1"}'
    error = route(mapped(capsys, "--batch", event, exit_code=1), "Order Completed Calls")["error"]
    assert error["status"] == 501


def test_a_broken_line_is_named_the_others_are_shown_and_the_exit_code_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(f"{IDENTIFY}\n{{oops\n")
    assert main(["map", str(path)]) == 2
    captured = capsys.readouterr()
    assert f"{path}:2:2: not JSON" in captured.err
    assert captured.out.splitlines()[-1] == "1 mapped, 0 refused, 0 not subscribed, 1 broken"


def test_events_may_be_piped_in(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(IDENTIFY.encode())))
    assert mapped(capsys)["events"][0]["place"] == "standard input:1"


@pytest.mark.parametrize(
    "event",
    [
        '{"type": "identify", "traits": []}',
        '{"type": "track", "event": {"a": 1}, "properties": "text", "userId": [1]}',
        '{"type": "track", "event": "Order Completed", "userId": "u1", "properties": {"products": [null]}}',
        '{"type": "identify", "userId": "\\ud800", "traits": {"\\u0000": 1e999}}',
        '{"type": "track", "event": "Cart Updated", "userId": "u1", "timestamp": {}, "context": 5}',
    ],
)
def test_no_event_however_odd_breaks_the_program(event: str, capsys: pytest.CaptureFixture[str]) -> None:
    for more in ([], ["--batch"], ["--explain", "userId"], ["--json"]):
        assert main(["map", event, *more]) in {0, 1}
        assert all(line.startswith("warning: ") for line in capsys.readouterr().err.splitlines())


@pytest.mark.parametrize("value", ["{}", '{"type": null}', "[]", '{"batch": []}', '{"type": "Track", "event": "a"}'])
def test_what_is_no_event_is_broken_input(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", value]) == 2
    assert "this is not a Segment event; it looks like" in capsys.readouterr().err


def test_a_partial_failure_is_shown_beside_what_segment_makes_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = tmp_path / "reply.json"
    reply.write_text('{"successCount": 1, "failCount": 1, "failedUpdates": {"forgottenEmails": ["b@x.test"]}}')
    events = [f'{{"type": "identify", "traits": {{"email": "{name}@x.test"}}}}' for name in "ab"]
    assert main(["map", "--batch", "--reply", str(reply), *events]) == 0
    out = capsys.readouterr().out
    assert "event 1   Segment: 200, delivered; Iterable: forgottenEmails" in out
    assert "event 0   Segment" not in out


def test_a_reply_that_is_no_object_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reply = tmp_path / "reply.json"
    reply.write_text("[]")
    assert main(["map", "--batch", "--reply", str(reply), '{"type": "identify"}']) == 2
    assert "is no JSON object" in capsys.readouterr().err


def test_quiet_ends_with_a_summary_by_subscription_outcome_and_reason_with_an_example_of_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(f'{REFUSED}\n{IDENTIFY}\n{{"type": "page", "name": "Home"}}\n{REFUSED}\n[5\n{IDENTIFY}')
    assert main(["map", "-q", str(path)]) == 2
    assert capsys.readouterr().out.splitlines() == [
        "Track Calls (trackEvent)",
        "  2 refused: Must include email or userId.",
        f"    for example {path}:1  track Seen",
        "Identify Calls (updateUser)",
        "  2 mapped",
        f"    for example {path}:2  identify u1",
        "no subscription",
        "  1 not subscribed",
        f"    for example {path}:3  page Home",
        "2 mapped, 2 refused, 1 not subscribed, 1 broken",
    ]


@pytest.mark.parametrize("cores", [1, 3])
def test_a_summary_is_the_same_when_several_processes_read(
    cores: int, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conformance.cli.progress._INTERVAL", 3600.0)  # however slow the machine is
    doubtful = '{"type": "identify", "userId": "u1", "traites": {}}'
    (tmp_path / "a.jsonl").write_text(f"{IDENTIFY}\n{REFUSED}\nnonsense\n" + f"{doubtful}\n" * 2_000)
    (tmp_path / "b.gz").write_bytes(gzip.compress(f"{REFUSED}\n{doubtful}\n[5".encode()))
    assert main(["map", "-q", str(tmp_path)]) == 2
    at_once = capfd.readouterr()
    assert at_once.out.endswith("\n2002 mapped, 2 refused, 0 not subscribed, 2 broken\n")
    assert at_once.err.endswith("\nwarning: 1993 more like these\n")
    monkeypatch.setattr("conformance.cli.event_input._WORTH_PROCESSES", 1)
    monkeypatch.setattr("conformance.part_pool.cores", lambda: cores)
    assert main(["map", "-q", str(tmp_path)]) == 2
    assert capfd.readouterr() == at_once


def test_what_only_one_process_can_read_stays_in_this_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{IDENTIFY}\n")
    monkeypatch.setattr("conformance.cli.event_input._WORTH_PROCESSES", 1)
    monkeypatch.setattr("conformance.explanation.part_summaries.run_on_processes", None)
    assert main(["map", "-q", str(path), IDENTIFY]) == 0
    assert main(["map", "-q", "--as-segment", str(path)]) == 0
    packed = tmp_path / "b.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert main(["map", "-q", str(packed)]) == 0
    with path.open() as file:
        monkeypatch.setattr("sys.stdin", file)
        assert main(["map", "-q", "-"]) == 0
    assert capsys.readouterr().out.count("mapped, 0 refused") == 4


def test_quiet_explains_nothing_that_nobody_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    explained: list[object] = []

    def noted(item: object) -> Callable[[object], tuple[str, ...]]:
        explained.append(item)
        return lambda _: ()

    monkeypatch.setattr("conformance.explanation.explanation.compile_reasons", noted)
    assert main(["map", "-q", IDENTIFY, REFUSED]) == 1
    assert explained == []
    assert main(["map", IDENTIFY]) == 0
    assert len(explained) == 4
    capsys.readouterr()


def test_a_folder_of_packed_files_is_read_file_by_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for day in ("1", "2"):
        folder = tmp_path / "source" / day
        folder.mkdir(parents=True)
        (folder / "a.gz").write_bytes(gzip.compress(f"{IDENTIFY}\n{IDENTIFY}\n".encode()))
    document = mapped(capsys, str(tmp_path))
    assert [item["place"].removeprefix(str(tmp_path)) for item in document["events"]] == [
        "/source/1/a.gz:1",
        "/source/1/a.gz:2",
        "/source/2/a.gz:1",
        "/source/2/a.gz:2",
    ]


def test_the_document_without_any_event_has_an_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    document = mapped(capsys, '{"batch": []}', exit_code=2)
    assert (document["broken"], document["events"]) == (1, [])


def test_a_reply_to_single_events_is_an_error_as_it_would_change_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "--reply", "reply.json", '{"type": "identify"}']) == 2
    assert "--reply goes with --batch" in capsys.readouterr().err


def test_verbose_says_before_the_figures_that_nothing_was_accepted_yet(capsys: pytest.CaptureFixture[str]) -> None:
    event = '{"type": "identify", "userId": "u1", "traits": {"email": "a@x.test"}}'
    assert main(["map", "-v", event]) == 0
    *_, note, figures = capsys.readouterr().out.splitlines()
    assert note == "mapped is not accepted: each reply is taken to be 200; run and send show Iterable's replies"
    assert figures == "1 mapped, 0 refused, 0 not subscribed"


def test_a_field_that_stands_deeper_in_the_mapping_is_followed_by_its_last_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    products = '[{"product_id": "p1", "name": "Engine", "price": 9, "quantity": 1}]'
    event = (
        '{"type": "track", "event": "Order Completed", "userId": "u1", '
        f'"properties": {{"total": 9, "products": {products}}}}}'
    )
    main(["map", event, "--explain", "userId"])
    shown = capsys.readouterr().out
    assert '    event     $.userId: "u1"\n    resolved  user.userId: "u1"\n    payload   user.userId: "u1"\n' in shown
    assert "absent" not in shown


NESTED = """\
- name: Mine
  partnerAction: updateUser
  subscribe: type = "identify"
  mapping:
    userId: {"@path": $.userId}
    dataFields: {email: {"@path": $.traits.email}, colour: red, shop: {name: a}, brand: {name: b}}
"""


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("colour", '    resolved  dataFields.colour: "red"\n'),
        ("brand.name", '    resolved  dataFields.brand.name: "b"\n'),
        ("email", "email: absent  (the mapping has no such key; did you mean dataFields.email?)"),
        (
            "name",
            "name: absent  (the mapping has no such key; did you mean dataFields.shop.name or dataFields.brand.name?)",
        ),
    ],
)
def test_only_a_name_that_is_no_field_and_stands_once_is_taken_for_what_stands_deeper(
    field: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mapping.yaml").write_text(NESTED)
    assert main(["map", IDENTIFY, "--mapping", str(tmp_path / "mapping.yaml"), "--explain", field]) == 0
    assert line in capsys.readouterr().out


def test_what_was_removed_is_told_with_its_value_unless_the_reason_says_that_it_was_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = NESTED.replace("    dataFields:", "    colour: red\n    email: ''\n    newEmail: null\n    dataFields:")
    (tmp_path / "mapping.yaml").write_text(mapping)
    assert main(["map", IDENTIFY, "--mapping", str(tmp_path / "mapping.yaml")]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if "removed" in line]
    assert lines == [
        'removed   colour = "red": not a field of the action',
        "removed   email: empty text",
        "removed   newEmail: null",
    ]
