"""What a service is judged by, as autopilot.yaml says it: the primary KPI, guardrails and limits, the utility."""

from __future__ import annotations

import difflib
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from controller.config.fields import Number, Section
from controller.decide.utility import Term
from controller.model import JudgedKpi, MarginUnit
from exporter.metric import Direction


class GuardrailSection(Section):
    """A KPI that a change must not harm by more than its margin, and whose level must not cross its limit."""

    kpi: str
    margin: Number | None = Field(default=None, gt=0)
    margin_unit: MarginUnit | None = None
    limit: Number | None = None


def _guardrail(value: object) -> object:
    return {"kpi": value} if isinstance(value, str) else value


class UtilitySection(Section):
    """How much a KPI counts when proposals are compared; `scale` is the change that is worth `weight`."""

    weight: Number = Field(gt=0)
    scale: Number | None = Field(default=None, gt=0)
    band: tuple[Number, Number] | None = None

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.band is not None and not self.band[0] < self.band[1]:
            raise ValueError(f"band [{self.band[0]:g}, {self.band[1]:g}] must ascend")
        return self


def _utility(value: object) -> object:
    return {"weight": value} if isinstance(value, (int, float)) else value


class KpiSection(Section):
    """What the service is judged by."""

    primary: str
    goal: Number | None = None
    guardrails: tuple[Annotated[GuardrailSection, BeforeValidator(_guardrail)], ...] = ()
    utility: dict[str, Annotated[UtilitySection, BeforeValidator(_utility)]] = Field(default={})


def terms(section: KpiSection, judged: tuple[JudgedKpi, ...]) -> tuple[Term, ...]:
    """Return how the KPIs count in a proposal's utility; the primary one, first, counts with or without being named.

    A scale that is not given is the KPI's margin; that of the primary KPI alone is only a unit.

    Raises:
        ValueError: a KPI in the utility is not judged, or has no scale or band; the message names it.
    """
    known = {item.kpi.name: item for item in judged}
    said = {section.primary: UtilitySection(weight=1.0)} | section.utility
    if strange := next((name for name in said if name not in known), None):
        near = difflib.get_close_matches(strange, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; judged are {', '.join(known)}"
        raise ValueError(f"{strange!r} is neither the primary KPI nor a guardrail{hint}")
    return tuple(_term(known[name], found, alone=not section.utility) for name, found in said.items())


def _term(judged: JudgedKpi, said: UtilitySection, *, alone: bool) -> Term:
    kpi, scale = judged.kpi, said.scale
    if scale is None and judged.margin_unit is not MarginUnit.ABSOLUTE and not alone:
        raise ValueError(f"{kpi.name}: its margin is {judged.margin_unit}, no amount to count by: give scale")
    own = kpi.band if kpi.direction is Direction.BAND else None
    if kpi.direction is Direction.BAND and said.band is None and own is None:
        raise ValueError(f"{kpi.name}: it is to stay in a band that nobody named: give band: [low, high]")
    sign = {Direction.HIGHER: 1.0, Direction.LOWER: -1.0, Direction.BAND: 0.0}[kpi.direction]
    return Term(kpi.name, said.weight, judged.margin if scale is None else scale, sign, said.band or own)
