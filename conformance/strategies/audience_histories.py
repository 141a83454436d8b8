"""Histories of an audience: people who enter and leave it; none for a mapping that does not ask for audiences.

What Segment sends: a track "Audience Entered" or "Audience Exited" with `audience_key` and a boolean under that
key, or an identify with that truth value among the traits; `context.personas` says which computation it was. An
audience is sent again when a profile gets another identifier. Source: Segment's documentation of Engage, using Engage
data, "Audience generated events" and "New external identifiers added to a profile".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.strategies.choice import Draw, choose
from conformance.strategies.event_writer import Writer
from conformance.strategies.families import Family, Maker
from conformance.strategies.history import Delivery, Event, HistoryEvent, Persona, value_at, with_value
from conformance.strategies.mapping_analysis import MappingAnalysis, role_of
from conformance.strategies.personas import personas
from conformance.strategies.row_writer import usual_column
from conformance.strategies.subscription_kinds import ENTERED, EXITED, Kind

Parts = list["HistoryEvent | Delivery"]
_KEY: Final = "big_spenders"
_OTHER_KEY: Final = "recent_buyers"
_ROOTS: Final = {"track": "properties", "identify": "traits"}
#: Properties and traits that are no audience's key: what Segment adds, and what its specification of traits reserves.
_NO_KEYS: Final = frozenset(
    {"audiencekey", "audienceid", "email", "userid", "id", "name", "firstname", "lastname", "username", "title"}
    | {"company", "address", "city", "country", "age", "birthday", "gender", "website", "avatar", "description"}
    | {"phone", "createdat", "plan"}
)


def audience_key(event: Event) -> str:
    """The key of the audience that an event is about."""
    return str(value_at(event, "context.personas.computation_key"))


def _reads_key(path: str) -> bool:
    return path in _ROOTS.values() or path.rpartition(".")[2] in {"audience_key", "computation_key"}


@dataclass(slots=True)
class AudienceWriter:
    """Writes what Segment sends about an audience, in one history.

    Args:
        analysis: The mapping.
        form: `track` or `identify`.
    """

    analysis: MappingAnalysis
    form: str
    _writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        self._writer = Writer(self.analysis)

    @property
    def key(self) -> str:
        """The audience that the mapping has in mind: its trigger or mapping may name one."""
        root = _ROOTS[self.form]
        subscriptions = [item for item in self.analysis.of_kind(Kind.AUDIENCE) if item.type == self.form]
        for analysed in subscriptions:
            wanted = value_at(analysed.trigger.intended[0], f"{root}.audience_key")
            if isinstance(wanted, str):
                return wanted
        read = [path for analysed in subscriptions for path in analysed.sources]
        if root in read or f"{root}.audience_key" in read:
            return _KEY
        named = (path.partition(".")[2] for path in read if path.startswith(f"{root}.") and not role_of(path))
        free = (name for name in named if name.lower().replace("_", "") not in _NO_KEYS)
        return next((name for name in free if isinstance(usual_column(name), (str, bool))), _KEY)

    @property
    def is_about_one(self) -> bool:
        """Whether the mapping is about one audience alone: it names it, or says what it is in words of its own."""
        if self.key != _KEY:
            return True
        subscriptions = self.analysis.of_kind(Kind.AUDIENCE)
        if any(_reads_key(path) for analysed in subscriptions for path in analysed.sources):
            return False
        leaves = [leaf for analysed in subscriptions for leaf in analysed.leaves]
        return any(leaf.is_constant and leaf.target[:1] in {("eventName",), ("dataFields",)} for leaf in leaves)

    def entered(self, persona: Persona, key: str = "") -> HistoryEvent:
        """That a person entered the audience."""
        return self._event(persona, key or self.key, is_member=True)

    def exited(self, persona: Persona) -> HistoryEvent:
        """That a person left it."""
        return self._event(persona, self.key, is_member=False)

    def completed(self, item: HistoryEvent) -> HistoryEvent:
        """What Segment sends of the audience that the mapping has in mind, where it was written for none."""
        root = _ROOTS[self.form]
        if audience_key(item.event) != _KEY or self.key == _KEY:
            return item
        about = dict(item.event.get(root, {}))
        about[self.key] = about.pop(_KEY, item.event.get("event") == ENTERED)
        if "audience_key" in about:
            about["audience_key"] = self.key
        event = with_value({**item.event, root: about}, "context.personas.computation_key", self.key)
        return HistoryEvent(item.persona, event)

    def _event(self, persona: Persona, key: str, *, is_member: bool) -> HistoryEvent:
        context: dict[str, Any] = {"computation_class": "audience", "computation_id": "aud_1", "computation_key": key}
        if self.form == "identify":
            written = self._writer.identify(persona, {key: is_member})
        else:
            about = {"audience_key": key, key: is_member}
            written = self._writer.track(persona, about, name=ENTERED if is_member else EXITED)
        inner = written.event.get("context", {})
        return HistoryEvent(persona, {**written.event, "context": {**inner, "personas": context}})


def _of_an_audience(make: Callable[[AudienceWriter, Persona], Parts]) -> Maker:
    def maker(draw: Draw, analysis: MappingAnalysis) -> Parts:
        forms = sorted({item.type for item in analysis.of_kind(Kind.AUDIENCE)} & _ROOTS.keys())
        # Nothing is drawn for a mapping without audiences, so that there is one history, and an empty one.
        if not forms:
            return []
        return make(AudienceWriter(analysis, choose(draw, forms)), personas(draw, 1)[0])

    return maker


def _two_audiences(writer: AudienceWriter, persona: Persona) -> Parts:
    if writer.is_about_one:
        return []
    return [writer.entered(persona), writer.entered(persona, _OTHER_KEY)]


AUDIENCES: Final = Family(
    "audiences",
    {
        "entered": _of_an_audience(lambda writer, persona: [writer.entered(persona)]),
        "entered, then exited": _of_an_audience(
            lambda writer, person: [writer.entered(person), writer.exited(person)]
        ),
        "exited without entered": _of_an_audience(lambda writer, persona: [writer.exited(persona)]),
        "entered twice": _of_an_audience(lambda writer, person: [writer.entered(person), writer.entered(person)]),
        "two audiences": _of_an_audience(_two_audiences),
    },
    # People are to be created by Upsert User before an audience is connected: Segment's page of linked audiences with
    # Iterable, prerequisites.
    lambda _: True,
)
