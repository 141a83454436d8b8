from __future__ import annotations

import sys
from typing import Any

import pytest

from conformance.inputs.configuration import configuration_of
from conformance.inputs.errors import InputError, InputProblem

HEAD = 'resource "segment_destination_subscription" "mine" {\n  action_id = "ifeXsLqNNjJ5HJdRKSJwea"\n  trigger = "type = \\"identify\\""\n'


def mapping_of(settings: str) -> Any:
    [item] = configuration_of("a.tf", f"{HEAD}  settings = {settings}\n}}\n").subscriptions
    return item.subscription.mapping


def problems(text: str) -> list[InputProblem]:
    with pytest.raises(InputError) as caught:
        configuration_of("a.tf", text)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r'"plain"', "plain"),
        (r'""', ""),
        (r'"a \"b\" \\ \n \t \u00e9 \U0001F600 é"', 'a "b" \\ \n \t é \U0001f600 é'),
        (r'"$${x} %%{y} 100% $5 a$"', "${x} %{y} 100% $5 a$"),
        (r'"$${"', "${"),
        (r'"%%{"', "%{"),
        (r'"\u0024$${"', "$${"),
        ("5", 5),
        ("-1", -1),
        ("-12", -12),
        ("2.5", 2.5),
        ("1e3", 1000),
        ("(5)", 5),
        ("true", True),
        ("null", None),
        ("[]", []),
        ("{}", {}),
        ("[1, [2, [3,]],]", [1, [2, [3]]]),
        ("[\n # one\n 1, // two\n /* three */ 2\n]", [1, 2]),
        (
            '{ a = 1, b : 2, "c d" = 3, true = 4, for = 5, 6 = 7 }',
            {"a": 1, "b": 2, "c d": 3, "true": 4, "for": 5, "6": 7},
        ),
        ("{\n a = 1\n # c\n b = {\n c = [{ d = null }]\n }\n}", {"a": 1, "b": {"c": [{"d": None}]}}),
        ('<<EOT\n  a \\n "b"\n  EOT\n', '  a \\n "b"\n'),
        ("<<-EOT\n    a\n\n      b\n    EOT\n", "a\n\n  b\n"),
        ("<<EOT\nEOT\n", ""),
        ("<<EOT\n$${x}\n\n\nEOT\n", "${x}\n\n\n"),
    ],
)
def test_a_value_is_read_as_terraform_reads_it(written: str, value: object) -> None:
    assert mapping_of(f'jsonencode({{\n field = {written}\n after = "}}"\n}})') == {"field": value, "after": "}"}


@pytest.mark.parametrize(
    "settings",
    [
        'jsonencode({ email = { "@path" = "$.x" } })',
        '(jsonencode({ email = { "@path" : "$.x" }, },))',
        r'"{\"email\":{\"@path\":\"$.x\"}}"',
        r'"{\"email\":{\"@path\":\"\\u0024.x\"}}"',
        '<<EOT\n{"email": {"@path": "$.x"}}\nEOT',
        '<<-EOT\n  {"email":\n    {"@path": "$.x"}}\n  EOT',
        'jsonencode(\n  {\n    "email" = {\n      "@path" = "$.x"\n    }\n  }\n)',
    ],
)
def test_settings_are_read_in_every_spelling(settings: str) -> None:
    assert mapping_of(settings) == {"email": {"@path": "$.x"}}


@pytest.mark.parametrize(
    ("written", "column", "shown"),
    [
        ("var.path", 16, "var.path"),
        ("local.paths.email", 16, "local.paths.email"),
        ("each.value", 16, "each.value"),
        ("data.x.y.z", 16, "data.x.y.z"),
        ('"a ${var.x} b"', 19, "${var.x}"),
        ('"%{ if true }a%{ endif }"', 17, "%{ if true }"),
        ('file("email.json")', 16, 'file("email.json")'),
        ('templatefile("a", {})', 16, 'templatefile("a", {})'),
        ("merge({ a = 1 }, { b = 2 })", 16, "merge({ a = 1 }, { b = 2 })"),
        ("[for x in [1] : x]", 16, "[for x in [1] : x]"),
        ("{ for x in [1] : x => x }", 16, "{ for x in [1] : x => x }"),
        ("true ? 1 : 2", 16, "true ? 1 : 2"),
        ("1 + 2", 16, "1 + 2"),
        ("!true", 16, "!true"),
        ("local.list[0]", 16, "local.list[0]"),
        ("local.list[*].x", 16, "local.list[*].x"),
        ("jsonencode({ a = var.x })", 33, "var.x"),
        ("provider::a::b(1)", 16, "provider::a::b(1)"),
    ],
)
def test_what_needs_evaluation_is_named_with_its_place_and_the_way_out(written: str, column: int, shown: str) -> None:
    [problem] = problems(f"{HEAD}  settings = jsonencode({{\n    email    = {written}\n  }})\n}}\n")
    assert (problem.line, problem.column) == (5, column)
    assert problem.field.startswith("segment_destination_subscription.mine.settings.email")
    assert problem.message == f"only Terraform can evaluate {shown}"
    assert "terraform show -json" in problem.hint


@pytest.mark.parametrize(
    "attribute",
    [
        "settings = local.settings",
        "name = var.name",
        "enabled = var.enabled",
        "settings = jsonencode(var.a)",
        "settings = jsonencode({ (var.a) = 1 })",
    ],
)
def test_what_needs_evaluation_is_named_wherever_it_matters(attribute: str) -> None:
    [problem] = problems(f"{HEAD}  {attribute}\n}}\n")
    assert "only Terraform can evaluate" in problem.message
    assert problem.line == 4


@pytest.mark.parametrize("attribute", ["count = 2", "for_each = toset([])"])
def test_a_resource_that_is_made_several_times_is_named(attribute: str) -> None:
    [problem] = problems(f"{HEAD}  {attribute}\n}}\n")
    assert problem.message.startswith("only Terraform can evaluate how many subscriptions")


def test_what_needs_evaluation_and_matters_to_nobody_is_let_be() -> None:
    text = f"{HEAD}  destination_id = data.x.y\n  provider = segment.eu\n  depends_on = [a.b]\n  lifecycle {{\n    ignore_changes = [name]\n  }}\n}}\n"
    [item] = configuration_of("a.tf", text).subscriptions
    assert item.subscription.name == "mine"


def test_every_problem_is_named_at_once_in_the_order_of_the_file() -> None:
    text = f'{HEAD}  setings = "x"\n  settings = jsonencode({{ email = {{ "@path" = 5 }}, a = var.x }})\n}}\n{HEAD.replace("mine", "other")}  enabled = 3\n}}\n'
    found = problems(text)
    assert [(item.line, item.column, item.message) for item in found] == [
        (4, 3, "unknown key 'setings'"),
        (5, 56, "only Terraform can evaluate var.x"),
        (10, 3, "must be true or false, not 3"),
    ]
    assert found[0].hint == "did you mean settings?"


@pytest.mark.parametrize(
    ("settings", "line", "column", "message"),
    [
        (r'"{\"email\": {\"@path\": 5}}"', 4, 28, "should be a string or a mapping directive but it is a number."),
        (r'"{\"email\": oops}"', 4, 27, "not JSON: expecting value"),
        ('<<-EOT\n    {\n      "email": oops\n    }\n    EOT', 6, 16, "not JSON: expecting value"),
        ('<<EOT\n{"a/b c": {"d": {"@nope": 1}}}\nEOT', 5, 12, "has an invalid directive: @nope."),
        ('jsonencode({ "a/b c" = {\n "d" = { "@nope" = 1 } } })', 5, 2, "has an invalid directive: @nope."),
        (r'jsonencode({ a = "\d" })', 4, 32, r"\d is not a Terraform escape"),
        ("jsonencode({ a = 1, a = 2 })", 4, 34, "the key 'a' occurs twice in one object"),
        (r'"{\"a\":1,\"a\":2}"', 4, 24, "the key 'a' occurs twice in one object"),
        ("5", 4, 3, "must be an object of fields, not 5"),
        ("jsonencode([])", 4, 3, "must be an object of fields, not []"),
    ],
)
def test_a_problem_in_settings_is_named_where_it_stands_in_the_file(
    settings: str, line: int, column: int, message: str
) -> None:
    [problem] = problems(f"{HEAD}  settings = {settings}\n}}\n")
    assert (problem.line, problem.column, problem.message) == (line, column, message)


@pytest.mark.parametrize(
    "text", [HEAD, f"{HEAD}  name = \n}}\n", f'{HEAD}  name = "x\n}}\n', f"{HEAD}}}}}\n", f"{HEAD} é = 1\n}}\n"]
)
def test_what_is_not_terraforms_syntax_is_an_input_error_with_its_place(text: str) -> None:
    [problem] = problems(text)
    assert problem.message.startswith("invalid Terraform syntax")
    assert problem.line >= 1


def test_a_resource_that_stands_twice_is_named() -> None:
    [problem] = problems(f"{HEAD}}}\n{HEAD}}}\n")
    assert (problem.line, problem.message) == (5, "this resource occurs twice")


def test_terraform_without_a_subscription_says_where_they_may_be() -> None:
    [problem] = problems('module "subscriptions" {\n  source = "./x"\n}\n')
    assert "no resource segment_destination_subscription" in problem.message
    assert "terraform show -json" in problem.hint


def test_without_python_hcl2_one_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hcl2", None)
    [problem] = problems(f"{HEAD}}}\n")
    assert "python-hcl2, which is not installed" in problem.message
    assert "iterable-harness[terraform]" in problem.hint


def test_other_forms_do_not_need_python_hcl2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hcl2", None)
    assert configuration_of("a.yaml", "- partnerAction: updateUser\n  subscribe: type = 'identify'\n").subscriptions


def test_json_inside_the_settings_is_the_text_that_terraform_makes_of_it() -> None:
    assert mapping_of('jsonencode({ field = jsonencode({ b = "<&>", a = [1, null] }) })') == {
        "field": '{"a":[1,null],"b":"\\u003c\\u0026\\u003e"}'
    }


def test_a_trigger_with_windows_line_endings_is_told_why_segment_cannot_read_it() -> None:
    text = HEAD.replace('"type = \\"identify\\""', '<<-EOT\n    type = "identify"\n  EOT')
    [problem] = problems(f"{text}  settings = jsonencode({{}})\n}}\n".replace("\n", "\r\n"))
    assert problem.message.startswith("the trigger cannot be read")
    assert problem.hint == "it has a Windows line ending, which is not whitespace there: write it on one line"
