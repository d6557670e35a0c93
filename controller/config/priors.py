"""What is believed of a parameter's effects before any measurement, as autopilot.yaml says it.

Either in the KPI's unit, `{effect, sd}`, or in words, `{sign, size}`: one step upwards betters (`up`) or worsens
(`down`) a KPI by about `size`. The words stand for a normal belief of mean +-0.8 size and standard deviation 0.6 size:
the sign may be wrong with a chance of 9 %, and sizes from 0 to 2 `size` are believed. With `unknown` the mean is 0, the
standard deviation `size`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from controller.config.fields import Number, Section

SURE = 0.8  # mean of a belief whose sign is given, in sizes
SPREAD = 0.6  # its standard deviation, in sizes


class Belief(NamedTuple):
    """Normal belief about what one step upwards does to a KPI, in its unit; positive is better."""

    mean: float
    sd: float


class SlopeSection(Section):
    """By how much one step upwards is believed to better a KPI (negative: worsen), before any measurement."""

    effect: Number | None = None
    sd: Number | None = Field(default=None, gt=0)
    sign: Literal["up", "down", "unknown"] | None = None
    size: Number | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        numbers = [key for key in ("effect", "sd") if getattr(self, key) is not None]
        words = [key for key in ("sign", "size") if getattr(self, key) is not None]
        if numbers and words:
            both = f"{numbers[0]} and {words[0]}"
            raise ValueError(f"{both} are two ways to say the same: give effect and sd, or sign and size")
        if self.sd is None and self.size is None:
            raise ValueError("give sd (with effect), or size (with sign: up, down or unknown)")
        return self

    @property
    def belief(self) -> Belief:
        """The belief, whichever way it is said."""
        if self.size is None:
            return Belief(self.effect or 0.0, self.sd or 0.0)
        if self.sign in (None, "unknown"):
            return Belief(0.0, self.size)
        return Belief(SURE * self.size if self.sign == "up" else -SURE * self.size, SPREAD * self.size)

    @property
    def directed(self) -> bool:
        """Whether it says what one step upwards does; a choice has no upwards."""
        return self.effect is not None or self.sign is not None


class PriorSection(SlopeSection):
    """The same for the primary KPI, and below `kpis` for guardrails."""

    kpis: dict[str, SlopeSection] = Field(default={})

    @property
    def slopes(self) -> dict[str, SlopeSection]:
        """The slopes by where they stand, for errors."""
        return {"prior": self, **{f"prior.kpis.{name}": slope for name, slope in self.kpis.items()}}
