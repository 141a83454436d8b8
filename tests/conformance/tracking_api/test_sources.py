"""Sources and the options that name them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from conformance.inputs.errors import InputError
from conformance.tracking_api.settings import SourceSettings
from conformance.tracking_api.sources import Source, Sources, sources_from_options

PROJECTS = ("email", "userid", "hybrid")


def test_without_options_one_source_feeds_every_project() -> None:
    (source,) = sources_from_options([], PROJECTS)
    assert (source.write_key, source.projects) == ("write-key", ())


def test_an_option_names_a_key_and_the_projects_that_it_feeds() -> None:
    sources = sources_from_options(["shop:hybrid, email", "app"], PROJECTS)
    assert [(source.write_key, source.projects) for source in sources] == [
        ("shop", ("hybrid", "email")),
        ("app", ()),
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["shop:mail"], "--source: no project 'mail' is served (known: email, userid, hybrid)"),
        ([":email"], "--source: ':email' has no write key (write KEY or KEY:PROJECT,PROJECT)"),
        (["shop", "shop:email"], "--source: the write key 'shop' is given twice (write KEY or KEY:PROJECT,PROJECT)"),
    ],
)
def test_an_option_that_cannot_be_is_refused(options: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        sources_from_options(options, PROJECTS)
    assert [str(problem) for problem in caught.value.problems] == [message]


def test_adding_and_removing_leave_the_sources_that_were_there_as_they_are() -> None:
    none = Sources()
    one = none.with_source(Source("shop", ("email",)))
    again = one.with_source(Source("shop", ("hybrid",)))
    assert (len(none), len(one), len(again), len(again.without("shop"))) == (0, 1, 1, 0)
    replaced, kept = again.get("shop"), one.get("shop")
    assert replaced is not None
    assert kept is not None
    assert (replaced.projects, kept.projects) == (("hybrid",), ("email",))
    with pytest.raises(KeyError):
        one.without("app")


def test_the_id_of_a_source_follows_from_its_key() -> None:
    assert Source("shop", ()).project_id == Source("shop", ("email",)).project_id != Source("app", ()).project_id


def test_settings_have_camel_case_on_the_wire_and_refuse_what_they_do_not_know() -> None:
    settings = SourceSettings.model_validate({"clockCorrection": False, "deduplicate": False})
    assert (settings.clock_correction, settings.deduplicate) == (False, False)
    with pytest.raises(ValidationError, match="clockCorection"):
        SourceSettings.model_validate({"clockCorection": False})


def test_every_setting_says_what_it_decides_and_where_its_default_comes_from() -> None:
    for name, field in SourceSettings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("]"), name
