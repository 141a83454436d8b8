"""What `conform` calls a problem, and what not; where it stands, and what to write instead."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from jsonschema import Draft202012Validator
from lint_cases import presets_as_the_app_saves_them

import conformance.judging
from conformance.cli import main
from conformance.inputs.configuration import configuration_of, to_terraform
from conformance.judging import judgement_schema

if TYPE_CHECKING:
    from pathlib import Path

IDENTIFY: Final = """\
- name: Identify Calls
  partnerAction: updateUser
  subscribe: type = "identify"
  mapping:
    email: {"@path": $.traits.email}
    userId: {"@path": $.userId}
    dataFields: {"@path": $.traits}
"""
TRACK: Final = """\
- name: Track Calls
  partnerAction: trackEvent
  subscribe: type = "track" and event != "Order Completed"
  mapping:
    userId: {"@path": $.userId}
    email: {"@path": $.properties.email}
    eventName: {"@path": $.event}
    dataFields: {"@path": $.properties}
    id: {"@path": $.messageId}
    createdAt: {"@path": $.timestamp}
"""
ORDERS: Final = """\
- name: Orders
  partnerAction: trackPurchase
  subscribe: type = "track" and event = "Order Completed"
  mapping:
    id: {"@path": $.properties.order_id}
    user: {userId: {"@path": $.userId}, email: {"@path": $.properties.email}}
    total: {"@path": $.properties.total}
    createdAt: {"@path": $.timestamp}
    items:
      "@arrayPath":
        - $.properties.products
        - id: {"@path": $.product_id}
          name: {"@path": $.name}
          price: {"@path": $.price}
          quantity: {"@path": $.quantity}
"""
GOOD: Final = IDENTIFY + TRACK + ORDERS
WRONG_ID: Final = ('userId: {"@path": $.userId}\n    dataFields', 'userId: {"@path": $.traits.email}\n    dataFields')
WRONG_EVENT: Final = ('event = "Order Completed"', 'event = "Order completed"')
WRONG_ORDER_ID: Final = ("$.properties.order_id", "$.properties.orderId")


def changed(text: str, *changes: tuple[str, str]) -> str:
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def conform(text: str, *options: str, file: str = "shop.yaml", folder: Path) -> int:
    (folder / file).write_text(text)
    return main(["conform", "--mapping", file, "--project-type", "hybrid", "--examples", "12", *options])


def problems(text: str, capsys: pytest.CaptureFixture[str], here: Path, *, file: str = "shop.yaml") -> list[Any]:
    conform(text, "--json", file=file, folder=here)
    found: list[Any] = json.loads(capsys.readouterr().out)["problems"]
    return found


def test_three_mistakes_are_three_problems_on_one_screen(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert conform(changed(GOOD, WRONG_ID, WRONG_EVENT, WRONG_ORDER_ID), folder=here) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("3 problems, ")
    assert len(lines) <= 40
    shown = "\n".join(lines)
    for part in (
        "Identify Calls: userId reads $.traits.email",
        '- userId: {"@path":"$.traits.email"}',
        '+ userId: {"@path":"$.userId"}',
        "shop.yaml:6:5; in hybrid; shown by identity.person-exists, ",
        'Orders: the trigger is type = "track" and event = "Order completed"',
        '"Order completed" is almost "Order Completed"',
        "has `order_id`, not `orderId`",
    ):
        assert part in shown


def test_what_one_decision_breaks_in_several_properties_is_one_problem(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [problem] = problems(changed(GOOD, WRONG_ID), capsys, here)
    assert problem["description"] == "Identify Calls: userId reads $.traits.email"
    assert len(problem["properties"]) > 2
    assert {finding["property"] for finding in problem["findings"]} == set(problem["properties"])
    assert problem["place"] == "shop.yaml:6:5"
    assert [(patch["removed"], patch["added"]) for patch in problem["patches"]] == [
        ('userId: {"@path":"$.traits.email"}', 'userId: {"@path":"$.userId"}')
    ]


def test_what_goes_right_once_a_problem_is_mended_is_not_told_beside_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = problems(
        changed(GOOD, ('id: {"@path": $.messageId}\n    createdAt', "createdAt"), WRONG_ID), capsys, here
    )
    wrong = [problem for problem in found if problem["description"].startswith("Identify Calls")]
    assert len(wrong) == 1


@pytest.mark.parametrize("text", [GOOD, IDENTIFY + TRACK, IDENTIFY], ids=["no carts", "no orders", "people alone"])
def test_what_a_mapping_leaves_out_is_no_problem(text: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert problems(text, capsys, here) == []


def test_the_presets_as_the_app_saves_them_have_no_problem(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert problems(presets_as_the_app_saves_them(), capsys, here, file="reply.json") == []


def test_what_no_change_mends_is_accepted_with_its_reason_and_source(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert conform(GOOD, "--json", folder=here) == 0
    document = json.loads(capsys.readouterr().out)
    accepted = [item for result in document["properties"] for item in result["accepted"]]
    assert accepted
    assert all(item["reason"] and item["source"] for item in accepted)
    assert conform(GOOD, folder=here) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Accepted, because no change of the mapping fixes it:"
    assert len(lines) <= 16


def test_without_what_ships_as_accepted_the_limits_of_segment_and_iterable_are_problems(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--no-baseline", "--property", "identity.early-event-is-theirs", "--property", "fields.type-stays")
    assert conform(GOOD, *options, folder=here) == 1
    assert "no single change of the mapping was found that fixes it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "write", "added"),
    [
        ("shop.yaml", str, 'userId: {"@path":"$.userId"}'),
        (
            "main.tf",
            lambda text: to_terraform(configuration_of("shop.yaml", text)),
            '"userId" = { "@path" = "$.userId" }',
        ),
    ],
)
def test_the_patch_is_in_the_form_of_the_mapping(
    file: str, write: Any, added: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [problem] = problems(write(changed(GOOD, WRONG_ID)), capsys, here, file=file)
    [patch] = problem["patches"]
    assert patch["added"] == added
    line = (here / file).read_text().split("\n")[patch["line"] - 1]
    assert "userId" in line[patch["column"] - 1 :]
    assert problem["place"] == f"{file}:{patch['line']}:{patch['column']}"


def test_a_problem_that_is_mended_as_the_patch_says_is_gone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = changed(GOOD, WRONG_ID)
    [problem] = problems(text, capsys, here)
    [patch] = problem["patches"]
    lines = text.split("\n")
    lines[patch["line"] - 1] = " " * (patch["column"] - 1) + patch["added"]
    assert problems("\n".join(lines), capsys, here) == []


def test_what_lint_calls_an_error_or_a_warning_is_a_problem_of_high_or_medium_severity(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = problems(changed(GOOD, WRONG_EVENT, WRONG_ORDER_ID), capsys, here)
    assert [(item["properties"], item["severity"]) for item in found] == [
        (["spec.event"], "high"),
        (["spec.property"], "medium"),
    ]
    assert all(item["advice"] and item["place"] and not item["file"] for item in found)


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        (
            '"@path": $.traits}',
            '"@path": $.context.page.ulr}',
            "Identify Calls: dataFields reads $.context.page.ulr",
        ),
        (
            '{"@path": $.traits}',
            '{page: {"@template": "{{context.page.ulr}}"}}',
            "Identify Calls: dataFields.page is built by the template {{context.page.ulr}}",
        ),
    ],
)
def test_a_word_that_is_wrong_in_a_directive_is_told_as_what_the_field_reads(
    right: str, wrong: str, sentence: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = problems(changed(IDENTIFY, (right, wrong)), capsys, here)
    [problem] = [item for item in found if item["properties"][:1] == ["spec.context"]]
    assert problem["description"] == sentence


def test_a_problem_of_lint_names_the_project_types_that_it_hits(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "shop.yaml").write_text(IDENTIFY.replace('    userId: {"@path": $.userId}\n', ""))
    main(["conform", "--mapping", "shop.yaml", "--json", "--property", "mapping.trigger-fires", "--examples", "2"])
    [problem] = json.loads(capsys.readouterr().out)["problems"]
    assert problem["properties"] == ["identifier.project-type"]
    assert problem["project_types"] == ["userid"]


def test_what_lint_knows_and_histories_show_is_one_problem_of_which_histories_only_add(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = changed(GOOD, ('subscribe: type = "identify"', 'subscribe: type == "identify"'))
    [problem] = [item for item in problems(text, capsys, here) if "trigger" in item["description"]]
    assert set(problem["properties"]) >= {"mapping.trigger-fires", "trigger.double-equals"}
    conform(text, folder=here)
    out = capsys.readouterr().out
    assert out.count("compares with the string") == 1
    assert "1, shown by histories: high  Identify Calls: the trigger is" in out


MISSPELT: Final = ('userId: {"@path": $.userId}\n    dataFields', 'userID: {"@path": $.userId}\n    dataFields')


def test_what_one_change_mends_is_one_problem_with_one_number_below_which_histories_stand(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "shop.yaml").write_text(changed(IDENTIFY, MISSPELT))
    choice = ["--property", "identity.person-exists", "--examples", "12"]
    assert main(["conform", "--mapping", "shop.yaml", *choice]) == 1
    printed = capsys.readouterr().out
    assert printed.splitlines()[:6] == [
        "1. high  Identify Calls: userID is not a field of updateUser",
        "   updateUser has no field `userID` and drops it; a userID-based project identifies people by userId, and no"
        " `userId` is mapped",
        "   did you mean `userId`?",
        '   - userID: {"@path":"$.userId"}',
        '   + userId: {"@path":"$.userId"}',
        "   shop.yaml:6:5; in email, userid, hybrid; shown by fields.unknown, identifier.project-type",
    ]
    assert [line[:23] for line in printed.splitlines() if " high " in line] == [
        "1. high  Identify Calls",
        "1, shown by histories: ",
    ]
    assert printed.splitlines()[-1].startswith("1 problems, ")


def test_every_number_that_is_printed_is_a_problem_that_is_counted(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = changed(GOOD, MISSPELT, WRONG_EVENT, WRONG_ORDER_ID, ("eventName: ", "eventname: "))
    conform(text, folder=here)
    lines = capsys.readouterr().out.splitlines()
    numbers = [int(found[1]) for line in lines if (found := re.match(r"(\d+)\. (?:high|medium|low)  ", line))]
    assert numbers == list(range(1, 5))
    assert lines[-1].startswith("4 problems, ")
    assert len({line.partition(". ")[2] for line in lines if re.match(r"\d+\. ", line)}) == 4


def test_one_problem_is_told_as_one_in_headings(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conform(changed(GOOD, WRONG_ID), "--html", "page.html", "--tap", "verdict.tap", folder=here)
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 problems, ")
    assert "<title>shop.yaml: 1 problem, " in (here / "page.html").read_text()
    assert "\n# 1 problem, " in (here / "verdict.tap").read_text()


def test_a_name_that_a_terminal_would_obey_is_written_out(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = changed(GOOD, WRONG_ID, ("name: Identify Calls", 'name: "Identify\\e[31m\\nCalls"'))
    conform(text, folder=here)
    assert capsys.readouterr().out.startswith("1. high  Identify\\x1b[31m\\nCalls: userId reads $.traits.email\n")


def test_what_follows_from_two_fields_that_are_missing_is_told_with_the_first_of_them(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = changed(
        GOOD, ('    total: {"@path": $.properties.total}\n', ""), ('          quantity: {"@path": $.quantity}\n', "")
    )
    first, second = problems(text, capsys, here)
    assert first["description"] == "Orders: total is not mapped"
    assert set(first["properties"]) >= {"fields.missing", "commerce.order-arrives"}
    assert first["findings"]
    assert second["description"].endswith("quantity is not mapped")


def test_what_lint_finds_is_printed_before_histories_are_judged(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[str] = []
    judge = conformance.judging.judge

    def late(*arguments: Any, **options: Any) -> Any:
        printed.append(capsys.readouterr().out)
        return judge(*arguments, **options)

    monkeypatch.setattr(conformance.judging, "judge", late)
    conform(changed(GOOD, WRONG_EVENT), "--property", "identity.new-address", folder=here)
    assert printed[0].startswith('1. high  Orders: the trigger is type = "track" and event = "Order completed"')
    capsys.readouterr()
    conform(changed(GOOD, WRONG_EVENT), "--property", "identity.new-address", "--json", folder=here)
    assert printed[1] == ""


def test_the_json_document_is_as_its_schema_says(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = judgement_schema()
    Draft202012Validator.check_schema(schema)
    for text in (GOOD, changed(GOOD, WRONG_ID, WRONG_EVENT, WRONG_ORDER_ID)):
        conform(text, "--json", folder=here)
        Draft202012Validator(schema).validate(json.loads(capsys.readouterr().out))


def test_the_schema_knows_every_member_and_refuses_others(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conform(changed(GOOD, WRONG_ID), "--json", folder=here)
    document = json.loads(capsys.readouterr().out)
    document["problems"][0]["more"] = 1
    assert not Draft202012Validator(judgement_schema()).is_valid(document)


def test_github_shows_a_problem_on_the_line_of_the_mapping_with_what_to_write(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "summary.md"))
    assert conform(changed(GOOD, WRONG_ID, WRONG_ORDER_ID), "--github", folder=here) == 1
    lines = capsys.readouterr().out.splitlines()
    annotations = [line for line in lines if line.startswith("::")]
    assert annotations[1].startswith(
        "::error file=shop.yaml,line=6,col=5,title=identity.person-exists::Identify Calls: userId reads $.traits.email%0A"
    )
    assert annotations[1].endswith('%0A+ userId: {"@path":"$.userId"}')
    assert [line.partition(" ")[0] for line in annotations] == ["::warning", "::error"]
    assert lines[-1].startswith("2 problems, ")
    summary = (here / "summary.md").read_text()
    assert summary.startswith("### Mapping: 2 problems, ")
    assert "| high | Identify Calls: userId reads $.traits.email; " in summary
    assert '\n+ userId: {"@path":"$.userId"}\n```' in summary


def test_github_shows_what_is_wrong_with_a_file_that_is_no_mapping(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert conform("- name: 1\n", "--github", folder=here) == 2
    assert capsys.readouterr().out.startswith("::error file=shop.yaml,line=1,")


def test_what_follows_from_something_that_lint_knows_is_told_with_that(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Only the order makes the person, so that its event is dropped at first and stored when it is delivered again.
    text = changed(
        GOOD, ("$.traits.email", "$.traits.Email"), ("$.properties.email", "$.context.traits.email"), WRONG_EVENT
    )
    (here / "shop.yaml").write_text(text)
    choice = ["--project-type", "email", "--property", "delivery.idempotent"]
    assert main(["conform", "--mapping", "shop.yaml", *choice, "--json"]) == 1
    first, *others = json.loads(capsys.readouterr().out)["problems"]
    assert first["description"] == 'Orders: the trigger is type = "track" and event = "Order completed"'
    assert set(first["properties"]) == {"spec.event", "delivery.idempotent"}
    assert (first["severity"], first["consequence"][:17]) == ("high", '"Order completed"')
    assert all("delivery.idempotent" not in problem["properties"] for problem in others)


def test_a_problem_is_in_every_project_type_in_which_lint_or_a_history_shows_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "shop.yaml").write_text(changed(GOOD, ("$.traits.email", "$.traits.Email")))
    choice = ["--project-type", "email", "--project-type", "userid", "--property", "identity.person-exists"]
    main(["conform", "--mapping", "shop.yaml", *choice, "--json"])
    [problem] = json.loads(capsys.readouterr().out)["problems"]
    assert problem["project_types"] == ["email", "userid"]
    assert {finding["project_type"] for finding in problem["findings"]} == {"email"}


def test_what_lint_told_is_not_written_out_again_when_histories_show_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conform(changed(GOOD, ("$.traits.email", "$.traits.Email")), "--property", "identity.person-exists", folder=here)
    printed = capsys.readouterr().out
    assert "1, shown by histories: high  Identify Calls: email reads $.traits.Email" in printed
    assert printed.count('+ email: {"@path":"$.traits.email"}') == 1
