"""autopilot.yaml as values: everything the controller knows of the service it pilots.

Times are seconds, or texts like `90s`, `5m`, `2h`, `7d`. Reading the file, with line numbers in errors, is in
controller/adapters/config_file.py; the settings are described for users in docs/configuration.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from controller.decide.canary import Policy
from controller.model import JudgedKpi, Role
from exporter import names
from exporter.catalog import CATALOG
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
from exporter.parameters import ParameterSpec, ParameterSpecs

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)\Z")


def _not_bool(value: object) -> object:
    """Refuse YAML's `yes` and `true`, which pydantic would take for 1."""
    if isinstance(value, bool):
        raise ValueError(f"{str(value).lower()} is not a number")  # noqa: TRY004 - pydantic reports ValueErrors
    return value


def _seconds(value: object) -> object:
    """Return the seconds of a text like `5m`; anything else is left for pydantic to judge."""
    _not_bool(value)
    if isinstance(value, str):
        match = _DURATION.match(value.strip())
        if match is None:
            raise ValueError(
                f"{value!r} is not a duration: write seconds, or a number with ms, s, m, h or d, like 90s or 5m"
            )
        return float(match[1]) * _UNITS[match[2]]
    return value


Seconds = Annotated[float, BeforeValidator(_seconds), Field(gt=0, allow_inf_nan=False)]
Number = Annotated[float, BeforeValidator(_not_bool), Field(allow_inf_nan=False)]
Count = Annotated[int, BeforeValidator(_not_bool)]


def _url(value: str) -> str:
    """Refuse addresses that no request can go to, and secrets that would stand in every message."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("not an address: write http://host:port or https://host:port, with a path prefix if any")
    if parts.username is not None or parts.password is not None:
        raise ValueError("credentials do not belong into the address: use auth.username and auth.password_file")
    return value


Url = Annotated[str, AfterValidator(_url)]
LabelName = Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$")]


def _header(value: str) -> str:
    if not value.isprintable():
        raise ValueError("a header holds no line ends or control characters")
    return value


HeaderName = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]
HeaderValue = Annotated[str, AfterValidator(_header)]


def _quoted(value: object) -> object:
    """Say what YAML made of 10:30: a number, in base 60."""
    if isinstance(value, int):
        raise ValueError('write the time in quotes, like "03:00"')  # noqa: TRY004 - pydantic reports ValueErrors
    return value


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tls(_Section):
    """Certificates for reaching Prometheus."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None


class Auth(_Section):
    """Credentials for reaching Prometheus; secrets by file only."""

    username: str | None = None
    password_file: Path | None = None
    bearer_file: Path | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.username is None) != (self.password_file is None):
            raise ValueError("username and password_file belong together: give both or neither")
        if self.username is not None and self.bearer_file is not None:
            raise ValueError("give either username and password_file, or bearer_file, not both")
        return self


class PrometheusSection(_Section):
    """The Prometheus that stores the service's metrics."""

    url: Url
    timeout: Seconds = 10.0
    retries: Count = Field(default=2, ge=0, le=10)
    scrape_interval: Seconds = 15.0
    selector: dict[LabelName, str] = {}
    tls: Tls = Tls()
    auth: Auth = Auth()
    headers: dict[HeaderName, HeaderValue] = {}


class AlertmanagerSection(_Section):
    """The Alertmanager that pages; only `status` and the demo read it."""

    url: Url | None = None


class SelectorSection(_Section):
    """A metric with exact label matches."""

    metric: str = Field(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$")
    labels: dict[LabelName, str] = {}

    def selector(self) -> Selector:
        """Return it as the catalog's value."""
        return Selector(self.metric, tuple(self.labels.items()))


class MetricSection(_Section):
    """A KPI of a service whose metrics are not in our catalog: exactly one way of reading it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = ""
    help: str = ""
    direction: Direction
    unit: Unit = Unit.NONE
    margin: Number = Field(gt=0)
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
        else:  # pragma: no cover - the validator above leaves no other case
            raise AssertionError(self.name)
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


class GuardrailSection(_Section):
    """A KPI that a change must not harm by more than its margin."""

    kpi: str
    margin: Number | None = Field(default=None, gt=0)


def _guardrail(value: object) -> object:
    return {"kpi": value} if isinstance(value, str) else value


class KpiSection(_Section):
    """What the service is judged by."""

    primary: str
    guardrails: tuple[Annotated[GuardrailSection, BeforeValidator(_guardrail)], ...] = ()


class PriorSection(_Section):
    """By how much one step upwards is believed to better the primary KPI (negative: worsen), before any measurement."""

    effect: Number = 0.0
    sd: Number = Field(gt=0)


class ParameterSection(_Section):
    """One tunable parameter; bounds are hard and inclusive."""

    kind: Literal["float", "int"] = "float"
    low: Number
    high: Number
    default: Number
    step: Number = Field(gt=0)
    prior: PriorSection
    help: str = ""


class CanarySection(_Section):
    """How a canary runs and is judged."""

    duration: Seconds = 3600.0
    warmup: Seconds = 60.0
    look_every: Seconds = 60.0
    lease: Seconds = 300.0
    history: Seconds = 86400.0
    blind_deadline: Seconds = 900.0
    pause_deadline: Seconds = 14400.0
    weights: dict[Literal["canary", "baseline", "control"], Number] = {"canary": 0.2, "baseline": 0.2, "control": 0.6}
    alpha: Number = Field(default=0.05, gt=0, lt=1)
    proceed_alpha: Number = Field(default=0.025, gt=0, lt=1)
    minimum_harm: Count = Field(default=20, ge=5)
    minimum_proceed: Count = Field(default=60, ge=5)
    minimum_history: Count = Field(default=960, ge=50)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if set(self.weights) != set(names.ARMS) or abs(sum(self.weights.values()) - 1) > 1e-9:  # noqa: PLR2004 - rounding
            raise ValueError("weights must name canary, baseline and control, and sum to 1")
        if min(self.weights.values()) <= 0:
            raise ValueError("every arm needs a weight above 0: all three are compared")
        if self.lease <= self.look_every:
            raise ValueError("lease must be longer than look_every, or every canary would lapse between two looks")
        return self


class MeasureSection(_Section):
    """How long the effect of a promoted change is watched before the cycle ends."""

    window: Seconds = 1800.0


class ScheduleSection(_Section):
    """When cycles start by themselves."""

    daily_at: Annotated[str | None, BeforeValidator(_quoted)] = Field(
        default="03:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$"
    )
    analysis_window: Seconds = 86400.0


class GoldenSection(_Section):
    """Cases that proposed values must pass before they are canaried."""

    callable: str = Field(pattern=r"^[\w.]+:[\w.]+$")
    cases: Path
    timeout: Seconds = 300.0


class IncidentSection(_Section):
    """Which firing alerts hold a canary: all of these labels must match."""

    match: dict[LabelName, str] = {"severity": "critical"}
    reconcile_after: Seconds = 300.0


class Config(_Section):
    """The whole of autopilot.yaml."""

    service: str = Field(pattern=r"^[a-zA-Z0-9_.-]+$")
    prometheus: PrometheusSection
    alertmanager: AlertmanagerSection = AlertmanagerSection()
    metrics: tuple[MetricSection, ...] = ()
    kpis: KpiSection
    parameters: dict[str, ParameterSection] = Field(min_length=1)
    canary: CanarySection = CanarySection()
    measure: MeasureSection = MeasureSection()
    schedule: ScheduleSection = ScheduleSection()
    golden: GoldenSection | None = None
    incidents: IncidentSection = IncidentSection()

    @property
    def specs(self) -> ParameterSpecs:
        """The parameters' specifications, as the service has them."""
        return ParameterSpecs(
            tuple(
                ParameterSpec(name, section.kind, section.low, section.high, section.default, section.help)
                for name, section in self.parameters.items()
            )
        )

    @property
    def known_kpis(self) -> Mapping[str, Kpi]:
        """KPIs by name: the file's own, then the catalog's that a canary can judge."""
        catalog = {kpi.name: kpi for kpi in CATALOG.kpis if kpi.judged}
        return catalog | {metric.name: metric.kpi() for metric in self.metrics}

    @property
    def judged(self) -> tuple[JudgedKpi, ...]:
        """The KPIs that decide a canary, the primary one first."""
        known = self.known_kpis
        primary = known[self.kpis.primary]
        rails = ((known[item.kpi], item.margin) for item in self.kpis.guardrails)
        return (
            JudgedKpi(primary, Role.PRIMARY, primary.margin),
            *(JudgedKpi(kpi, Role.GUARDRAIL, kpi.margin if margin is None else margin) for kpi, margin in rails),
        )

    @property
    def selector(self) -> tuple[tuple[str, str], ...]:
        """Label matches that narrow every query to the piloted service."""
        return tuple(self.prometheus.selector.items())

    @property
    def policy(self) -> Policy:
        """How strict a canary's verdict is, in points of the scrape grid."""
        canary = self.canary
        return Policy(
            alpha=canary.alpha,
            proceed_alpha=canary.proceed_alpha,
            planned=max(canary.minimum_proceed, round(canary.duration / self.prometheus.scrape_interval)),
            minimum_harm=canary.minimum_harm,
            minimum_proceed=canary.minimum_proceed,
            minimum_history=canary.minimum_history,
        )


def schema() -> dict[str, Any]:
    """Return the JSON Schema of autopilot.yaml, for editors."""
    return Config.model_json_schema()
