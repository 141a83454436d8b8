"""Experiments: variants of a campaign's template that its recipients get by turns."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictInt, StrictStr

from simulator.project.content import Content, Milliseconds

_Id = Annotated[StrictInt, Field(ge=1)]
_Percentage = Annotated[StrictInt, Field(ge=1, le=99)]


class Variant(Content):
    """One variant; the first of an experiment is its control."""

    id: _Id
    name: StrictStr
    template_id: _Id
    is_winner: bool = False


class Conversion(Content):
    """What counts as success."""

    system_conversion_event_type: Literal["Opens", "Clicks", "opens", "clicks"] | None = None
    custom_conversion_id: StrictInt | None = None


class Holdout(Content):
    """People who get nothing, to compare with."""

    hold_out_group_size: _Percentage
    attribution_period_hours: StrictInt


class BlastExploration(Content):
    """A first part of a blast by which the winner is found."""

    test_size_percentage: _Percentage
    test_duration_minutes: StrictInt


class TriggerExploration(Content):
    """How many messages of each variant come before there can be a winner."""

    test_sends_per_variation: StrictInt


class Experiment(Content):
    """An experiment on a campaign."""

    id: _Id
    name: StrictStr
    campaign_id: _Id
    experiment_type: StrictStr = "SubjectLine"
    status: Literal["draft", "ready", "running", "finished", "winner_found"] = "draft"
    created_at: Milliseconds = 0
    started_at: Milliseconds | None = None
    finished_at: Milliseconds | None = None
    author: StrictStr = "simulator@example.com"
    variants: list[Variant] = Field(default_factory=list)
    conversion_event_settings: Conversion | None = None
    holdout_settings: Holdout | None = None
    exploration_blast_settings: BlastExploration | None = None
    exploration_trigger_settings: TriggerExploration | None = None

    @property
    def can_be_changed(self) -> bool:
        """Whether it has not been started."""
        return self.status in {"draft", "ready"}

    @property
    def is_under_way(self) -> bool:
        """Whether it has been started and is not over."""
        return self.status in {"running", "winner_found"}

    @property
    def percentage(self) -> float:
        """The share of each variant, in percent."""
        return round(100 / len(self.variants), 2) if self.variants else 0.0

    def is_held_out(self, place: int) -> bool:
        """Whether the recipient at a place, counted from 0, gets nothing: those who do are spread evenly."""
        size = 0 if self.holdout_settings is None else self.holdout_settings.hold_out_group_size
        return (place + 1) * size // 100 > place * size // 100

    def template_at(self, place: int) -> int:
        """The template for the recipient at a place, counted from 0."""
        return self.variants[place % len(self.variants)].template_id
