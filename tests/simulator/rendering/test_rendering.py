"""Templates are rendered as the Java engine and Iterable's helpers render them."""

from __future__ import annotations

from typing import Any, Final

import pytest

from simulator.rendering import RenderingError, SendSkippedError, Surroundings, render

NOW: Final = 1_787_227_200_000  # noon of 20 August 2026, UTC
FIELDS: Final[dict[str, Any]] = {
    "name": "Ada",
    "count": 5,
    "price": 5.0,
    "zero": 0,
    "markup": "<b>&'\"=`",
    "items": [{"price": 3, "name": "chips", "kind": "food"}, {"price": 1, "name": "cola", "kind": "drink"}],
    "parcels": [
        {"name": "b", "to": {"day": 2, "by": "air"}},
        {"name": "c", "to": {"day": 1, "by": "sea"}},
        {"name": "d"},
        {"name": "a", "to": {"day": 2, "by": "air"}},
    ],
    "tags": ["a", "b"],
    "empty": [],
    "nothing": {},
    "address": {"city": "London", "zip": None},
    "signupDate": "2025-02-12 13:45:30 +00:00",
    "First Name": "Augusta",
    "thisYear": 2026,
    "profile": {"name": "Augusta"},
}
ITEMS: Final = {("cars", "one"): {"make": "Volvo"}}


def rendered(template: str, **fields: Any) -> str:
    surroundings = Surroundings(
        now=NOW,
        data_feed={"title": "News", "lines": ["x", "y"]},
        snippets={"greeting": "Hi {{name}}, {{tone}}!", "endless": '{{snippet "endless"}}'},
        catalog_item=lambda catalog, item: ITEMS.get((catalog, item)),
        metadata=lambda table, key: {"GB": {"name": "Britain"}}.get(key) if table == "countries" else None,
        hmac_secret="secret",
    )
    return render(template, {**FIELDS, **fields}, surroundings)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hello {{name}}{{missing}}!", "Hello Ada!"),
        ("{{markup}}|{{{markup}}}", "&lt;b&gt;&amp;&#x27;&quot;&#x3D;&#x60;|<b>&'\"=`"),
        ("{{address.city}} {{items.[1].name}} {{[First Name]}} {{profile.name}}", "London cola Augusta Augusta"),
        ("{{items.size}} {{tags.length}} {{name.length}} {{thisYear}}", "2 2 3 2026"),
        ("{{! a }}{{!-- b }} --}}x", "x"),
        (r"\{{name}}", "{{name}}"),
    ],
)
def test_merge_parameters(template: str, text: str) -> None:
    assert rendered(template) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        (5.0, "5.0"),
        (29.9, "29.9"),
        (12345678.0, "1.2345678E7"),
        (0.0001, "1.0E-4"),
        (-2e20, "-2.0E20"),
        (True, "true"),
        (None, ""),
        (["a", 1.0, None], "[a, 1.0, null]"),
        ({"k": [1]}, "{k=[1]}"),
    ],
)
def test_values_have_the_texts_that_java_gives_them(value: Any, text: str) -> None:
    assert rendered("{{{value}}}", value=value) == text


@pytest.mark.parametrize(
    ("condition", "holds"),
    [("zero", False), ("empty", False), ("missing", False), ("nothing", True), ("count", True), ("name", True)],
)
def test_null_false_zero_and_what_is_empty_are_false_and_an_empty_object_is_not(condition: str, holds: bool) -> None:
    assert rendered(f"{{{{#if {condition}}}}}yes{{{{else}}}}no{{{{/if}}}}") == ("yes" if holds else "no")
    assert rendered(f"{{{{#unless {condition}}}}}no{{{{else}}}}yes{{{{/unless}}}}") == ("yes" if holds else "no")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{#each items}}{{name}}{{/each}}", "chipscola"),
        ("{{#each tags}}{{this}}{{@index}}{{#if @last}}.{{/if}}{{/each}}", "a0b1."),
        ("{{#each tags}}{{count}}{{/each}}", "55"),  # JavaScript's engine would give nothing
        ("{{#each items}}{{../name}}{{/each}}", "AdaAda"),
        ("{{#each address}}{{@key}}={{this}};{{/each}}", "city=London;zip=;"),
        ("{{#each items as |item place|}}{{place}}{{item.name}} {{/each}}", "0chips 1cola "),
        ("{{#each empty}}x{{else}}none{{/each}}", "none"),
        ("{{#with address}}{{city}}{{/with}}{{#with missing}}x{{else}}-{{/with}}", "London-"),
        ("{{#items}}{{name}} {{/items}}{{^missing}}none{{/missing}}", "chips cola none"),
        ("{{#if zero}}a{{else if count}}b{{else}}c{{/if}}", "b"),
        ("{{#ifEq count 6}}six{{else ifEq count 5}}five{{else}}none{{/ifEq}}", "five"),
        ("{{#ifEq count 6}}six{{else ifEq count 7}}seven{{else ifEq count 8}}eight{{else}}none{{/ifEq}}", "none"),
        ("a {{~#if count~}} b {{~/if~}} c", "abc"),
        ("a\n{{#if count}}\nb\n{{/if}}\nc", "a\n\nb\n\nc"),  # JavaScript's engine would drop the lines of the tags
    ],
)
def test_blocks(template: str, text: str) -> None:
    assert rendered(template) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('{{#ifEq name "Ada"}}y{{/ifEq}}{{#ifEq count "5"}}y{{/ifEq}}{{#ifEq missing 1}}n{{else}}y{{/ifEq}}', "yyy"),
        ("{{#ifGt count 4}}y{{/ifGt}}{{#ifGte count 5}}y{{/ifGte}}{{#ifLt count 5}}n{{/ifLt}}", "yy"),
        ("{{#ifLte missing 5}}n{{else}}y{{/ifLte}}", "y"),
        ("{{#ifModEq count 3 2}}y{{/ifModEq}}", "y"),
        ('{{#ifContainsStr name "d"}}y{{/ifContainsStr}}{{#ifContains tags "b"}}y{{/ifContains}}', "yy"),
        ("""{{#ifContains items '{"name":"cola"}'}}y{{/ifContains}}""", "y"),
        ('{{#ifMatchesRegexStr name "A"}}n{{else}}y{{/ifMatchesRegexStr}}', "y"),
        ('{{#ifMatchesRegexStr name "A.*"}}y{{/ifMatchesRegexStr}}', "y"),
        ('{{eq count 5 yes="same" no="other"}} {{not name}} {{gt "zebra" "apple"}}', "same false true"),
        ("{{#and name (gte count 5)}}y{{/and}}{{#or zero missing}}n{{else}}y{{/or}}{{#neq 1 2}}y{{/neq}}", "yyy"),
        ('{{math count "+" 2}} {{math 31 "/" 2}} {{math count "%" 3}}', "7 15.5 2"),
        ('{{numberFormat 29.99 "currency"}} {{numberFormat 29.99 "currency" "fr_FR"}}', "$29.99 29,99\u00a0€"),
        ('{{numberFormat 0.23 "percent"}} {{numberFormat 200000000}} {{numberFormat 1234.5678 "#,###.00"}}',
         "23% 200,000,000 1,234.57"),
        ("{{numberFormat 178.0787402 maximumFractionDigits=3}} {{numberFormat 178.07 minimumFractionDigits=5}}",
         "178.079 178.07000"),
        ('{{numberFormat 1234.5678 ",000.00"}} {{numberFormat 5 "0,000"}} {{numberFormat 1234567 "#,##0" "de_DE"}}',
         "1,234.57 0,005 1.234.567"),
        ('{{numberFormat -5 "000"}} {{numberFormat -5.5 "$0.00"}} {{numberFormat 0.256 "0.0%"}} {{numberFormat 0.5 "#.00"}}',
         "-005 -$5.50 25.6% .50"),
        ('{{numberFormat 0.5 "#.##"}} {{numberFormat 0 "#"}} {{numberFormat 123456 "#,####"}}', "0.5 0 12,3456"),
        ('{{numberFormat 2.5 "integer"}} {{numberFormat 2.5 "integer" roundingMode="half_up"}}', "2 3"),
        ('{{defaultIfEmpty missing "there"}} {{capitalize "blue scone"}} {{upper name}} {{cut name "d"}}',
         "there Blue Scone ADA Aa"),
        ('{{abbreviate "Hello World" 8}} {{substring name 1 2}} {{slugify "Joel is a Slug"}}', "Hello... d joel-is-a-slug"),
        ('{{slugify "It is our 2nd sale!"}} {{slugify "lil\' café frother 2.0"}}', "it-is-our-nd-sale lil-café-frother-"),
        ('{{join tags ", "}} {{replace name "A" "O"}} [{{center name size=5 pad="*"}}]', "a, b Oda [*Ada*]"),
        ("{{#breaklines}}a\nb{{/breaklines}}", "a<br>b"),
        ('{{dateFormat signupDate}} / {{dateFormat signupDate format="full"}} / {{dateFormat signupDate "short"}}',
         "Feb 12, 2025 / Wednesday, February 12, 2025 / 2/12/25"),
        ('{{dateFormat signupDate "yyyy-MM-dd HH:mm:ss Z" tz="America/Denver"}}', "2025-02-12 06:45:30 -0700"),
        ('{{now format="C G"}} {{now format="Z ZZ ZZZ X" tz="Asia/Tokyo"}}', "20 AD +0900 +09:00 Asia/Tokyo +09:00"),
        ('{{dateMath signupDate "+1M-1d" format="yyyy-MM-dd"}} {{dateMath "now" "/M" format="yyyy-MM-dd"}}',
         "2025-03-11 2026-08-01"),
        ('{{now}} {{now format="h:mm a"}} {{timestamp}}', "Aug 20, 2026 12:00 PM 1787227200000"),
        ("{{#urlEncode}}piña colada~{{/urlEncode}} {{toJson address}}",
         'pi%C3%B1a+colada%7E {"city":"London","zip":null}'),
        ("{{#base64}}{{name}}{{/base64}} {{hexEncode name}} {{md5 name}}",
         "QWRh 416461 1a382809b7c03f686e12dd15677c5497"),
        ('{{#minInList items "price"}}{{name}}{{/minInList}} {{#maxInList items "price"}}{{name}}{{/maxInList}}',
         "cola chips"),
        ('{{#sortBy items field="price" order="asc" as |sorted|}}{{#each sorted}}{{name}} {{/each}}{{/sortBy}}',
         "cola chips "),
        ('{{#groupBy items field="kind" as |groups|}}{{#each groups as |group|}}{{group.key.kind}} {{group.count}} '
         "{{#each group.items as |one|}}{{one.name}};{{/each}}{{/each}}{{/groupBy}}", "food 1 chips;drink 1 cola;"),
        ('{{#sortBy parcels field="to.day,name" as |sorted|}}{{#each sorted}}{{name}} {{/each}}{{/sortBy}}', "c a b d "),
        ('{{#sortBy parcels field="to.day, name" order="desc" as |sorted|}}{{#each sorted}}{{name}} {{/each}}{{/sortBy}}',
         "b a c d "),
        ('{{#groupBy parcels field="to.day,to.by" as |groups|}}{{#each groups as |group|}}'
         "{{group.key.day}} {{group.key.by}} {{group.count}};{{/each}}{{/groupBy}}", "2 air 2;1 sea 1;  1;"),
        ('{{#assign "x"}}{{name}}!{{/assign}}{{#each tags}}{{x}}{{/each}}', "Ada!Ada!"),
        ('{{#lookup address "city" as |city|}}{{city}}{{/lookup}}', "London"),
        ('{{snippet "greeting" tone="dear"}}', "Hi Ada, dear!"),
        ('{{#catalog "cars" "one" as |car|}}{{car.make}}{{/catalog}}', "Volvo"),
        ('{{#catalog "cars" "two" required=false as |car|}}x{{else}}none{{/catalog}}', "none"),
        ('{{#metadata "countries" "GB" as |country|}}{{country.name}}{{/metadata}}', "Britain"),
        ("[[title]] for {{name}}: [[#each lines]][[this]] [[/each]]", "News for Ada: x y "),
        ("list[index[0]] = {{count}}", "list[index[0]] = 5"),
    ],
)  # fmt: skip
def test_helpers(template: str, text: str) -> None:
    assert rendered(template) == text


_LESS_NOW: Final = """(now format="-y'y'+1'y'-M'M'+1'M'-d'd'+1'd'-H'H'-m'm'-s's'" tz="UTC")"""


@pytest.mark.parametrize(
    ("template", "text"),
    [
        (f'{{{{dateMath "1990-05-17" {_LESS_NOW} format="yy"}}}}', "36"),
        (f'{{{{dateMath "1990-10-17" {_LESS_NOW} format="yy"}}}}', "35"),
        (f'{{{{dateMath "2026-08-31" {_LESS_NOW} format="D"}}}}', "11"),
        ('{{dateMath "2026-08-20" "-9999y" format="yyyy G MM-dd E"}}', "-7973 BC 08-20 Fri"),
        ('{{dateMath "midnight" "+1h" format="HH:mm Z" tz="America/Denver"}}', "01:00 -0600"),
    ],
)
def test_an_age_and_days_until_a_date_are_reckoned_as_iterable_documents_it(template: str, text: str) -> None:
    assert rendered(template) == text


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{#if name}}", "unclosed"),
        ("{{name", "unclosed"),
        ("{{shout name}}", "could not find helper: 'shout'"),
        ("{{#shout name}}x{{/shout}}", "could not find helper: 'shout'"),
        ("{{> footer}}", "partials"),
        ("{{gt missing 1}}", "missing value cannot be compared"),
        ('{{#ifContainsStr missing "x"}}{{/ifContainsStr}}', "empty or missing"),
        ('{{#ifMatchesRegexStr name "("}}{{/ifMatchesRegexStr}}', "ifMatchesRegexStr"),
        ('{{math name "+" 1}}', "math takes"),
        ('{{math 1 "/" 0}}', "division by zero"),
        ("{{dateFormat name}}", "is not a date"),
        ('{{dateFormat signupDate tz="Moon"}}', "no time zone"),
        ('{{dateFormat signupDate "yyyy-b"}}', "illegal pattern"),
        ('{{dateMath "now" "+1x"}}', "malformed steps"),
        ('{{dateMath "now" "+9999y"}}', "beyond the year 9999"),
        ('{{snippet "missing"}}', "no snippet"),
        ('{{snippet "endless"}}', "endlessly"),
        ('{{#catalog "cars" "two" as |car|}}x{{/catalog}}', "no item"),
        ('{{#catalogCollection "New" as |cars|}}x{{/catalogCollection}}', "not simulated"),
        ("{{#if a}}" * 200 + "{{/if}}" * 200, "depth"),
    ],
)
def test_what_cannot_be_rendered_says_why(template: str, reason: str) -> None:
    with pytest.raises(RenderingError, match=reason.replace("(", r"\(")):
        rendered(template)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{^ifEq count 5}}other{{else}}five{{/ifEq}}", "five"),
        ("{{lower}} {{join}}", "a field "),
        ('{{dateFormat signupDate "long" "de_DE"}}', "February 12, 2025"),
        ('{{numberFormat 1234.5 "currency" "fi_FI"}}', "¤1,234.50"),
        ("{{unsubscribeUrl}}{{viewInBrowserUrl}}", ""),
        ("{{hmacSHA256 name}}", "64b930f9c9ee91e32f2e0eb031a8ea0e9b23355926e0ab50c026b9a6916e50c4"),
        ('{{dateMath "2025-02-12" "+1d"}}', "Feb 13, 2025"),
    ],
)
def test_what_is_otherwise_than_at_iterable_is_as_the_document_says(template: str, text: str) -> None:
    assert rendered(template, lower="a field") == text


@pytest.mark.parametrize(
    "template", ["{{> footer}}", '{{#*inline "x"}}y{{/inline}}', "{{* decorator}}", "{{#> layout}}x{{/layout}}"]
)
def test_partials_and_decorators_are_refused(template: str) -> None:
    with pytest.raises(RenderingError):
        rendered(template)


def test_a_template_can_say_that_it_is_not_to_be_sent() -> None:
    with pytest.raises(SendSkippedError, match="cause: no credit"):
        rendered('{{#ifLt count 10}}{{sendSkip cause="no credit"}}{{/ifLt}}')


def test_fields_are_not_changed_by_rendering() -> None:
    items = [{"price": 2}, {"price": 1}]
    rendered('{{#sortBy items field="price" as |s|}}{{s.size}}{{/sortBy}}', items=items)
    assert items == [{"price": 2}, {"price": 1}]


def test_the_parser_is_imported_with_the_first_template_only() -> None:
    import subprocess
    import sys

    code = "import sys, simulator; sys.exit('dotpromptz_handlebars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
