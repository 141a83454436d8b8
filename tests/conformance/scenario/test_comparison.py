from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from conformance.scenario import Play, SimulatorBackend, load_scenario
from conformance.scenario.comparison import (
    Cell,
    Comparison,
    Row,
    Section,
    compare_plays,
    compare_scenario,
    comparisons_to_html,
    comparisons_to_json,
    comparisons_to_markdown,
    write_comparisons,
)
from conformance.scenario.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EMPTY: dict[str, Any] = {"users": [], "events": []}
HEAD = "name: A case\ndescription: d\nsource: s\n"


@pytest.fixture(scope="module")
def backend() -> Iterator[SimulatorBackend]:
    with SimulatorBackend.in_process() as backend:
        yield backend


@pytest.fixture
def compared(tmp_path: Path, backend: SimulatorBackend) -> Any:
    def compare(text: str) -> Comparison:
        file = tmp_path / "a.scenario.yaml"
        file.write_text(HEAD + text)
        return compare_scenario(load_scenario(file), backend)

    return compare


def rows(comparison: Comparison, section: Section) -> dict[str, list[str]]:
    return {row.what: [cell.text for cell in row.cells] for row in comparison.differences if row.section is section}


def terminal(*comparisons: Comparison, width: int = 200, **options: bool) -> str:
    out = io.StringIO()
    write_comparisons(comparisons, Console(file=out, width=width, no_color=True), **options)
    return out.getvalue()


def test_a_person_who_exists_in_some_types_only_is_a_row(compared: Any) -> None:
    comparison = compared("project: {type: hybrid}\nsteps: [{send: {type: identify, userId: u1}}]\n")
    assert comparison.project_types == ("email", "userid", "hybrid")
    assert rows(comparison, Section.PEOPLE) == {"people": ["0", "1", "1"], "u1": ["-", "exists", "exists"]}


def test_what_a_scenario_expects_does_not_matter(compared: Any) -> None:
    steps = "steps: [{send: {type: identify, userId: u1, traits: {email: a@x.test}}, expect: {counts: {users: 7}}}]\n"
    comparison = compared("project: {type: email}\n" + steps + "expect: {counts: {users: 9}}\n")
    assert not comparison.differs
    assert [cell.value for cell in comparison.rows[0].cells] == [1, 1, 1]


def test_an_event_is_known_by_what_it_holds_and_its_owners_are_compared(compared: Any) -> None:
    comparison = compared(
        "project: {type: all, users: [{email: a@x.test, userId: u1}]}\n"
        "steps:\n"
        "  - send: {type: track, event: Seen, userId: u1, properties: {page: 1}}\n"
        "  - send: {type: track, event: Seen, userId: u2, properties: {page: 2}}\n"
        "  - send: {type: track, event: Seen, userId: u2, properties: {page: 2}}\n"
    )
    assert rows(comparison, Section.EVENTS) == {
        "events": ["1", "3", "3"],
        "Seen (number 2)": ["-", "u2", "u2"],
        "Seen (number 3)": ["-", "u2", "u2"],
    }


def test_an_address_that_changed_shows_who_kept_the_old_profile(compared: Any) -> None:
    comparison = compared(
        "project: {type: all}\n"
        "steps:\n"
        "  - send: {type: identify, userId: u1, traits: {email: old@x.test, plan: pro}}\n"
        "  - send: {type: track, event: Seen, userId: u1}\n"
        "  - send: {type: identify, userId: u1, traits: {email: new@x.test}}\n"
    )
    assert rows(comparison, Section.PEOPLE) == {
        "people": ["2", "1", "1"],
        "old@x.test / u1": ["exists", "-", "-"],
        "new@x.test / u1: plan": ["(absent)", '"pro"', '"pro"'],
    }
    assert rows(comparison, Section.EVENTS) == {"Seen": ["old@x.test / u1", "new@x.test / u1", "new@x.test / u1"]}


def test_replies_are_compared_by_status_and_code(compared: Any) -> None:
    comparison = compared("project: {type: all}\nsteps: [{send: {type: track, event: Seen, userId: u1}}]\n")
    assert rows(comparison, Section.REPLIES) == {
        "step 1: POST /api/events/track": ["400 UnknownUserIdError", "200 Success", "200 Success"]
    }


def test_bulk_replies_with_one_status_show_where_their_bodies_differ(compared: Any) -> None:
    comparison = compared(
        "project: {type: all}\n"
        "steps: [{name: both, call: {method: POST, path: /api/users/bulkUpdate,"
        " body: {users: [{userId: u1}, {email: a@x.test}]}}}]\n"
    )
    [(what, cells)] = rows(comparison, Section.REPLIES).items()
    assert what == "both: POST /api/users/bulkUpdate"
    assert "400" not in cells[0]
    assert cells[2].startswith("200")
    assert "failCount 1" in cells[0]
    assert "failCount 0" in cells[2]


def test_a_profile_that_is_read_differs_only_where_it_is_another(compared: Any) -> None:
    comparison = compared(
        "project: {type: all, users: [{email: a@x.test, userId: u1}]}\n"
        "steps: [{call: {method: GET, path: /api/users/byUserId/u1}}, {call: {method: GET, path: /api/events/a@x.test}}]\n"
    )
    assert rows(comparison, Section.REPLIES) == {}


def test_who_cannot_be_there_at_the_start_is_left_out_and_named(compared: Any) -> None:
    comparison = compared(
        "project: {type: hybrid, users: [{email: a@x.test}, {userId: u1}],\n"
        "  events: [{userId: u1, eventName: Seen}, {email: a@x.test, eventName: Seen}]}\n"
        "steps: [{clock: {advance: 1}}]\n"
    )
    assert not comparison.unplayable
    assert comparison.left_out["email"][0] == "u1: a person of an email-based project has an email"
    assert comparison.left_out["userid"][0] == "a@x.test: a person of a userID-based project has a userId"
    assert [len(lines) for lines in comparison.left_out.values()] == [2, 2]
    assert rows(comparison, Section.EVENTS)["events"] == ["1", "1", "2"]
    assert "email: begins without u1: a person of an email-based project has an email" in terminal(comparison)


def test_other_projects_are_compared_under_their_names(compared: Any) -> None:
    comparison = compared(
        "project: {type: all}\nother_projects: [{name: second}, {name: fixed, type: hybrid}]\n"
        "destination: [{project: second}, {project: fixed}]\n"
        "steps: [{send: {type: identify, userId: u1}}]\n"
    )
    assert rows(comparison, Section.PEOPLE) == {
        "second: people": ["0", "1", "1"],
        "second: u1": ["-", "exists", "exists"],
    }


def test_requests_of_one_step_are_numbered(compared: Any) -> None:
    comparison = compared(
        "project: {type: all}\n"
        "steps: [{send: [{type: identify, userId: u1}, {type: identify, userId: u2, traits: {email: a@x.test}}]}]\n"
    )
    assert list(rows(comparison, Section.REPLIES)) == ["step 1, request 1: POST /api/users/update"]


def test_a_request_that_went_elsewhere_or_nowhere_says_so(tmp_path: Path) -> None:
    loaded = load_scenario(_written(tmp_path))
    request = {"method": "POST", "path": "/api/users/update"}
    reply = {"status": 200, "code": "Success", "body": {"code": "Success"}}
    plays = [
        Play("email", (("step 1", Record([request], [reply])),), {"": EMPTY}),
        Play("userid", (("step 1", Record([{**request, "path": "/api/events/track"}], [reply])),), {"": EMPTY}),
        Play("hybrid", (("step 1", Record()),), {"": EMPTY}),
    ]
    [cells] = rows(compare_plays(loaded, plays), Section.REPLIES).values()
    assert cells == ["200 Success", "POST /api/events/track: 200 Success", "not sent"]


def _written(folder: Path) -> Path:
    file = folder / "written.scenario.yaml"
    file.write_text(HEAD + "project: {type: all}\nsteps: [{clock: {advance: 1}}]\n")
    return file


def test_a_type_in_which_it_could_not_be_played_has_no_column_and_a_reason(tmp_path: Path) -> None:
    plays = [
        Play("email", (), {}, message="the server went away"),
        Play("userid", (("step 1", Record()),), {"": EMPTY}),
        Play("hybrid", (("step 1", Record()),), {"": EMPTY}),
    ]
    comparison = compare_plays(load_scenario(_written(tmp_path)), plays)
    assert comparison.project_types == ("userid", "hybrid")
    assert comparison.differs
    assert "email: could not be played: the server went away" in terminal(comparison)


def test_the_columns_stand_below_the_project_types(compared: Any) -> None:
    text = terminal(compared("project: {type: all}\nsteps: [{send: {type: identify, userId: u1}}]\n"))
    lines = text.splitlines()
    assert lines[0].startswith("differs  A case  (")
    assert lines[1].split() == ["email", "userid", "hybrid"]
    column = lines[1].index("hybrid")
    assert [line[column:].strip() for line in lines if "u1" in line] == ["exists"]
    assert lines[-1] == "1 of 1 scenarios differs"


def test_quiet_leaves_out_what_is_alike_and_verbose_shows_its_rows(compared: Any) -> None:
    alike = compared(
        "project: {type: all}\nsteps: [{send: {type: identify, userId: u1, traits: {email: a@x.test}}}]\n"
    )
    assert terminal(alike, quiet=True) == "0 of 1 scenarios differ\n"
    heading, told, last = terminal(alike).splitlines()
    assert heading.startswith("identical  A case  (")
    assert told == "    the same people, events and replies in email, userid and hybrid"
    assert last == "0 of 1 scenarios differ"
    assert "a@x.test / u1" not in terminal(alike)
    assert "a@x.test / u1" in terminal(alike, verbose=True)


def test_nothing_in_a_name_is_taken_for_markup(compared: Any) -> None:
    text = "project: {type: all}\nsteps: [{send: {type: track, event: '[bold]Seen[/nothing]', userId: u1}}]\n"
    assert "[bold]Seen[/nothing]" in terminal(compared(text))


def test_the_json_document_has_every_difference_with_a_value_for_each_type(compared: Any) -> None:
    comparison = compared("project: {type: all}\nsteps: [{send: {type: track, event: Seen, userId: u1}}]\n")
    document = json.loads(comparisons_to_json([comparison]))
    assert (document["version"], document["differing"], document["alike"]) == (1, 1, 0)
    [scenario] = document["scenarios"]
    assert scenario["people"][1] == {"what": "u1", "email": False, "userid": True, "hybrid": True}
    assert scenario["events"][1] == {"what": "Seen", "email": None, "userid": "u1", "hybrid": "u1"}
    assert scenario["replies"][0]["email"]["code"] == "UnknownUserIdError"


def test_a_page_marks_what_is_unlike_most_and_folds_what_is_identical(compared: Any) -> None:
    comparison = compared("project: {type: all}\nsteps: [{send: {type: track, event: <Seen>, userId: u1}}]\n")
    page = comparisons_to_html([comparison])
    assert '<td class="what">&lt;Seen&gt;</td><td class="differs">-</td><td>u1</td><td>u1</td>' in page
    assert "identical row" not in page
    assert "<dt>date</dt>" not in page


def test_a_page_says_what_is_the_same_where_nothing_differs_and_shows_that_last(compared: Any) -> None:
    alike = compared(
        "project: {type: all}\nsteps: [{send: {type: identify, userId: u1, traits: {email: a@x.test}}}]\n"
    )
    other = compared("project: {type: all}\nsteps: [{send: {type: track, event: Seen, userId: u1}}]\n")
    page = comparisons_to_html([alike, other])
    assert "<h1>1 of 2 scenarios differs</h1>" in page
    assert page.index("A case: differs") < page.index("A case: identical")
    assert "<p>the same people, events and replies in email, userid and hybrid</p>" in page
    assert "identical rows</summary>" in page


def test_a_page_tells_the_story_the_events_and_what_a_refusal_says(compared: Any) -> None:
    comparison = compared(
        "known_issue: Segment sends no address.\nwanted: {says: One person., expect: {counts: {users: 7}}}\n"
        "project: {type: all}\nsteps: [{send: {type: track, event: Seen, userId: u1}}]\n"
    )
    page = comparisons_to_html([comparison])
    for fact in (
        "<dt>wanted</dt><dd>One person.</dd>",
        "<dt>known issue</dt><dd>Segment sends no address.</dd>",
        "<details><summary>step 1: track &quot;Seen&quot; of u1</summary><pre>{",
        "400 UnknownUserIdError<br><small>No user exists with userId u1</small>",
    ):
        assert fact in page
    assert page.index("<dt>source</dt>") < page.index("<details>")


def test_all_cells_are_marked_where_no_value_is_that_of_most() -> None:
    cells = [Cell(text, text) for text in "abc"]
    assert Row(Section.EVENTS, "Seen", tuple(cells)).unusual == {0, 1, 2}
    assert Row(Section.EVENTS, "Seen", (cells[0], cells[1], cells[0])).unusual == {1}
    assert Row(Section.EVENTS, "Seen", (cells[0], cells[1])).unusual == {0, 1}
    assert Row(Section.EVENTS, "Seen", (cells[0], cells[0])).unusual == set()


def test_markdown_has_a_table_for_each_scenario_that_differs(compared: Any) -> None:
    alike = compared(
        "project: {type: all}\nsteps: [{send: {type: identify, userId: u1, traits: {email: a@x.test}}}]\n"
    )
    left_out = compared("project: {type: all, users: [{userId: u1}]}\nsteps: [{send: {type: page, userId: u1}}]\n")
    text = comparisons_to_markdown([alike, left_out])
    assert text.startswith("### Project types: 1 of 2 scenarios differs\n")
    assert text.count("A case") == 1
    assert "| who exists | u1 | - | exists | exists |" in text
    assert "* email: begins without" in text
