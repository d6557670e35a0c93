"""KPIs of a service whose metrics are not in our catalog, as autopilot.yaml describes them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from controller.config.fields import LabelName, Number, Section, spelt
from controller.model import MarginUnit
from exporter import names
from exporter.metric import (
    Direction,
    GaugeReading,
    Kpi,
    MeanReading,
    RatioReading,
    Reading,
    Selector,
    ShareAboveReading,
    Unit,
)

MetricName = Annotated[
    str,
    spelt(
        r"[a-zA-Z_:][a-zA-Z0-9_:]*",
        "a metric's name: letters, digits, _ and :, no digit first, like shop_visits_total; labels go into `labels`",
    ),
]
KpiName = Annotated[
    str, spelt(r"[a-z][a-z0-9_]*", "lower-case letters, digits and _, a letter first, like sales_per_visit")
]


class SelectorSection(Section):
    """A metric with exact label matches."""

    metric: MetricName
    labels: dict[LabelName, str] = Field(default={})

    def selector(self) -> Selector:
        """Return it as the catalog's value."""
        return Selector(self.metric, tuple(self.labels.items()))


class MetricSection(Section):
    """A KPI of a service whose metrics are not in our catalog: exactly one way of reading it."""

    name: KpiName
    title: str = ""
    help: str = ""
    direction: Direction
    unit: Unit = Unit.NONE
    margin: Number = Field(gt=0)
    margin_unit: MarginUnit = MarginUnit.ABSOLUTE
    comparison: tuple[Literal["baseline", "control"], ...] = Field(
        default=(names.BASELINE, names.CONTROL), min_length=1
    )
    gauge: SelectorSection | None = None
    events: SelectorSection | None = None
    trials: SelectorSection | None = None
    mean_of: SelectorSection | None = None
    share_above: SelectorSection | None = None
    bound: str | None = None

    @model_validator(mode="after")
    def _one_reading(self) -> Self:
        ways = [self.gauge, self.events, self.mean_of, self.share_above]
        if sum(way is not None for way in ways) != 1:
            raise ValueError("give exactly one of gauge, events (with trials), mean_of, share_above (with bound)")
        if (self.events is None) != (self.trials is None):
            raise ValueError("events and trials belong together")
        if (self.share_above is None) != (self.bound is None):
            raise ValueError("share_above and bound belong together; bound is a bucket's `le` as the metric says it")
        return self

    def kpi(self) -> Kpi:
        """Return it as the catalog's value."""
        reading: Reading
        if self.gauge is not None:
            reading = GaugeReading(self.gauge.selector())
        elif self.events is not None and self.trials is not None:
            reading = RatioReading(self.events.selector(), self.trials.selector())
        elif self.mean_of is not None:
            reading = MeanReading(self.mean_of.selector())
        elif self.share_above is not None and self.bound is not None:
            reading = ShareAboveReading(self.share_above.selector(), self.bound)
        else:
            raise AssertionError(f"{self.name}: the validator above lets no metric through without a reading")
        return Kpi(
            name=self.name,
            title=self.title or self.name,
            help=self.help,
            reading=reading,
            direction=self.direction,
            unit=self.unit,
            margin=self.margin,
            comparison=self.comparison,
        )
