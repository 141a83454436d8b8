"""The verdict as a page, and what it draws of the mapping."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from conformance.inputs.configuration import configuration_of
from conformance.judging import JudgementReport, build_report, judge, judgement_html
from conformance.judging.flows import Flow, Outcome, flows_of
from conformance.report import RunDetails
from destination import PRESETS

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE: dict[str, Any] = {
    "name": "People <1>",
    "partnerAction": "updateUser",
    "subscribe": 'type == "identify"',
    "mapping": {
        "email": {"@path": "$.properties.email"},
        "userId": {"@path": "$.userId"},
        "dataField": {"@path": "$.traits"},
        "enable_batching": True,
    },
}
ORDERS: dict[str, Any] = {
    "name": "Orders",
    "partnerAction": "trackPurchase",
    "subscribe": 'type = "track" and event = "Order Completed"',
    "mapping": {
        "id": {"@path": "$.properties.order_id"},
        "user": {"userId": {"@path": "$.userId"}},
        "items": {
            "@arrayPath": ["$.properties.products", {"id": {"@path": "$.product_id"}, "name": "x", "price": {"@path": "$.price"}}]
        },
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> JudgementReport:
    configuration = configuration_of("bad.json", json.dumps([PEOPLE, ORDERS]))
    chosen = ["mapping", "identity.person-exists"]
    judgement = judge(configuration.plain, examples=4, properties=chosen, project_types=["hybrid"])
    return build_report(judgement, tmp_path_factory.mktemp("saved"), configuration=configuration)


def flow(report: JudgementReport, subscription: int, target: str) -> Flow:
    [found] = [item for item in flows_of(report)[subscription].flows if item.target == target]
    return found


def test_a_field_shows_what_is_read_and_that_it_arrives(report: JudgementReport) -> None:
    assert flow(report, 0, "userId") == Flow(("userId",), "userId")
    assert flow(report, 1, "items[].price") == Flow(("properties.products[].price",), "items[].price")
    assert flow(report, 1, "items[].name") == Flow(('"x"',), "items[].name")


def test_what_no_event_of_the_type_has_and_what_is_no_field_is_lost(report: JudgementReport) -> None:
    assert flow(report, 0, "email").outcome is Outcome.LOST
    assert flow(report, 0, "dataField").outcome is Outcome.LOST
    assert flow(report, 0, "dataField").note.startswith("no field of updateUser: problem ")


def test_what_is_required_and_not_mapped_is_refused_and_names_its_problem(report: JudgementReport) -> None:
    for target, name in (("total", "total is not mapped"), ("items[].quantity", "quantity")):
        found = flow(report, 1, target)
        assert (found.sources, found.outcome) == ((), Outcome.REFUSED)
        assert name in report.problems[found.problem - 1].sentence


def test_a_trigger_names_the_problem_that_is_about_it(report: JudgementReport) -> None:
    trigger = flows_of(report)[0].trigger
    assert (trigger.target, trigger.outcome) == ('type == "identify"', Outcome.WRONG)
    assert "trigger" in report.problems[trigger.problem - 1].sentence


def test_what_segment_alone_heeds_is_left_out(report: JudgementReport) -> None:
    assert "enable_batching" not in {item.target for item in flows_of(report)[0].flows}


def test_everything_of_the_presets_arrives(tmp_path: Path) -> None:
    built = build_report(judge(examples=1, properties=["mapping.names-fields"]), tmp_path)
    flows = flows_of(built)
    assert len(flows) == len(PRESETS)
    assert {item.outcome for found in flows for item in (found.trigger, *found.flows)} == {Outcome.ARRIVES}


def test_the_page_has_the_table_problems_the_mapping_and_the_histories_in_this_order(report: JudgementReport) -> None:
    headings = re.findall("<h2>(.*?)</h2>", judgement_html(report))
    assert headings == [
        "Every property",
        "What to fix",
        "What the mapping does",
        "The histories that show it, step by step",
    ]


def test_the_table_begins_with_failures_that_lead_to_their_problem_and_folds_the_rest(
    report: JudgementReport,
) -> None:
    details = RunDetails("iterable-harness conform", "1.2.3", datetime(2026, 8, 20, tzinfo=UTC), "bad.json", 7)
    page = judgement_html(report, details)
    failing, _, folded = page.partition("</table><details><summary>")
    assert '<a href="#problem-1">failed</a>' in failing
    assert ">failed<" not in folded.partition("</details>")[0]
    assert folded.partition("</details>")[0].count("<tr>") > 1
    for fact in ("bad.json", "<dt>seed</dt><dd>7</dd>", "iterable-harness 1.2.3", "2026-08-20T00:00:00Z"):
        assert fact in failing.partition("<table")[0]


def test_the_page_needs_nothing_from_elsewhere_and_escapes_what_the_mapping_has(report: JudgementReport) -> None:
    page = judgement_html(report)
    assert not re.search(r"""(src|href)=["'](?!#)|url\(|@import|<script|<link""", page)
    assert "People &lt;1&gt;" in page
    assert "<1>" not in page


def test_every_link_of_the_page_leads_to_a_problem(report: JudgementReport) -> None:
    page = judgement_html(report)
    targets = set(re.findall('href="#(.*?)"', page))
    assert targets
    assert targets <= set(re.findall('id="(.*?)"', page))


def test_the_page_can_be_printed_and_read_on_a_phone_and_in_the_dark(report: JudgementReport) -> None:
    page = judgement_html(report)
    assert "@media print" in page
    assert "@media (max-width" in page
    assert "color-scheme: light dark" in page
    assert '<meta name="viewport"' in page


def test_the_history_that_replays_a_problem_is_open_and_the_others_are_closed(report: JudgementReport) -> None:
    page = judgement_html(report)
    replays = {problem.replay for problem in report.problems if problem.replay}
    assert page.count("<details open>") == len(replays)
