"""One tunable parameter, as autopilot.yaml describes it."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from controller.config.bounds import ParameterBoundsSection
from controller.config.choices import Choice, Default, indexed
from controller.config.fields import Number, Section
from controller.config.priors import PriorSection
from exporter.parameter import Kind


class ParameterSection(Section):
    """One tunable parameter; bounds are hard and inclusive, those of a choice are its indices."""

    kind: Kind = "float"
    low: Number
    high: Number
    default: Default
    step: Number = Field(gt=0)
    prior: PriorSection
    help: str = ""
    choices: tuple[Choice, ...] = ()
    bounds: ParameterBoundsSection = ParameterBoundsSection()
    max_step: Number | None = Field(default=None, gt=0)
    daily_limit: Number | None = Field(default=None, gt=0)

    @model_validator(mode="before")
    @classmethod
    def _indices(cls, found: object) -> object:
        return indexed(found)

    @model_validator(mode="after")
    def _undirected(self) -> Self:
        directed = [place for place, slope in self.prior.slopes.items() if slope.directed]
        if self.kind == "choice" and directed:
            raise ValueError(f"{directed[0]}: a choice has no upwards; give size (or sd) alone, that of any switch")
        unsaid = [place for place, slope in self.prior.slopes.items() if slope.sign is None and slope.size is not None]
        if self.kind != "choice" and unsaid:
            raise ValueError(f"{unsaid[0]}: size needs a sign: up, down or unknown")
        return self
