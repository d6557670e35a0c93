"""autopilot.yaml as values: everything the controller knows of the service it pilots.

Times are seconds, or texts like `90s`, `5m`, `2h`, `7d`. Reading the file, with line numbers in errors, is in
controller/adapters/config_file.py; the settings are described for users in docs/configuration.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from controller.config.bounds import BoundsSection, ParameterBoundsSection
from controller.config.choices import Choice, Default, indexed
from controller.config.drift import DriftSection
from controller.config.fields import (
    Count,
    HeaderName,
    HeaderValue,
    LabelName,
    Number,
    Seconds,
    SecondsOrZero,
    Section,
    Url,
    spelt,
)
from controller.config.golden import GoldenSection
from controller.config.history import HistorySection
from controller.config.kpi import MetricSection
from controller.config.kpis import GuardrailSection as GuardrailSection  # noqa: PLC0414 - a section of this file
from controller.config.kpis import KpiSection as KpiSection  # noqa: PLC0414 - a section of this file
from controller.config.kpis import terms
from controller.config.priors import Belief
from controller.config.priors import PriorSection as PriorSection  # noqa: PLC0414 - a section of this file
from controller.config.schedule import ScheduleSection
from controller.config.triage import TriageSection
from controller.decide.canary import Policy
from controller.decide.utility import Term
from controller.model import JudgedKpi, MarginUnit, Role
from exporter import names
from exporter.catalog import CATALOG
from exporter.metric import (
    Kpi,
)
from exporter.parameter import Kind
from exporter.parameters import ParameterSpec, ParameterSpecs

MOST_STEPS = 10
MOST_SHARE = 0.5  # of the units in a canary arm that grows; the other half is what it is compared with


class Tls(Section):
    """Certificates for reaching Prometheus."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None


class Auth(Section):
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


class PrometheusSection(Section):
    """The Prometheus that stores the service's metrics."""

    url: Url
    timeout: Seconds = 10.0
    retries: Count = Field(default=2, ge=0, le=10)
    scrape_interval: Seconds = 15.0
    selector: dict[LabelName, str] = Field(default={})
    tls: Tls = Tls()
    auth: Auth = Auth()
    headers: dict[HeaderName, HeaderValue] = Field(default={})


class AlertmanagerSection(Section):
    """The Alertmanager that pages; only `status` and the demo read it."""

    url: Url | None = None


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


class CanarySection(Section):
    """How a canary runs and is judged."""

    duration: Seconds = 3600.0
    warmup: Seconds = 60.0
    look_every: Seconds = 60.0
    lease: Seconds = 300.0
    history: Seconds = 86400.0
    blind_deadline: Seconds = 900.0
    blind_budget: Seconds = 1800.0
    pause_deadline: Seconds = 14400.0
    ask_when_inconclusive: SecondsOrZero = 0.0
    steps: tuple[Number, ...] = ()
    weights: dict[Literal["canary", "baseline", "control"], Number] = Field(
        default={"canary": 0.2, "baseline": 0.2, "control": 0.6}
    )
    alpha: Number = Field(default=Policy.alpha, gt=0, lt=0.5)
    minimum_harm: Count = Field(default=Policy.minimum_harm, ge=5)
    minimum_proceed: Count = Field(default=Policy.minimum_proceed, ge=5)
    minimum_history: Count = Field(default=Policy.minimum_history, ge=50)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if set(self.weights) != set(names.ARMS) or abs(sum(self.weights.values()) - 1) > 1e-9:  # noqa: PLR2004 - rounding
            raise ValueError("weights must name canary, baseline and control, and sum to 1")
        if min(self.weights.values()) <= 0:
            raise ValueError("every arm needs a weight above 0: all three are compared")
        if self.lease <= self.look_every:
            raise ValueError("lease must be longer than look_every, or every canary would lapse between two looks")
        if self.blind_budget < self.blind_deadline:
            raise ValueError("blind_budget must be at least blind_deadline: it is for all blind stretches together")
        return self

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        if len(self.steps) > MOST_STEPS:
            raise ValueError(f"steps: at most {MOST_STEPS}, there are {len(self.steps)}")
        if not all(0 < share <= MOST_SHARE for share in self.steps):
            raise ValueError(f"steps: each is a share of the units above 0, at most {MOST_SHARE}: the rest compares")
        if any(later <= share for share, later in pairwise(self.steps)):
            raise ValueError("steps must ascend: a canary that gets smaller would send units back to the old values")
        if self.steps and self.duration / len(self.steps) < self.look_every:
            raise ValueError("steps: each lasts duration / number of steps, and needs at least one look_every")
        return self


class MeasureSection(Section):
    """How long the effect of a promoted change is watched before the cycle ends."""

    window: Seconds = 1800.0


class ProposeSection(Section):
    """How careful and how bold a proposal is."""

    certainty: Number = Field(default=0.9, ge=0.5, lt=1)
    confirm: Number = Field(default=0.99, ge=0.5, lt=1)
    parameters: Count | None = Field(default=None, ge=1)


class IncidentSection(Section):
    """Which firing alerts hold a canary: all of these labels must match."""

    match: dict[LabelName, str] = Field(default={"severity": "critical"})
    reconcile_after: Seconds = 300.0


class Config(Section):
    """The whole of autopilot.yaml."""

    service: Annotated[str, spelt(r"[a-zA-Z0-9_.-]+", "letters, digits, ., _ and -, like shop or checkout-eu")]
    prometheus: PrometheusSection
    alertmanager: AlertmanagerSection = AlertmanagerSection()
    metrics: tuple[MetricSection, ...] = ()
    kpis: KpiSection
    parameters: dict[str, ParameterSection] = Field(min_length=1)
    canary: CanarySection = CanarySection()
    bounds: BoundsSection = BoundsSection()
    propose: ProposeSection = ProposeSection()
    measure: MeasureSection = MeasureSection()
    schedule: ScheduleSection = ScheduleSection()
    golden: GoldenSection | None = None
    incidents: IncidentSection = IncidentSection()
    history: HistorySection = HistorySection()
    drift: DriftSection = DriftSection()
    triage: TriageSection = TriageSection()

    @property
    def specs(self) -> ParameterSpecs:
        """The parameters' specifications, as the service has them."""
        return ParameterSpecs(
            tuple(
                ParameterSpec(
                    name, section.kind, section.low, section.high, section.default, section.help, section.choices
                )
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
        units = {metric.name: metric.margin_unit for metric in self.metrics}

        def rail(item: GuardrailSection) -> JudgedKpi:
            kpi = known[item.kpi]
            margin = kpi.margin if item.margin is None else item.margin
            own = MarginUnit.ABSOLUTE if item.margin is not None else units.get(item.kpi, MarginUnit.ABSOLUTE)
            return JudgedKpi(kpi, Role.GUARDRAIL, margin, item.margin_unit or own, item.limit)

        return (
            JudgedKpi(primary, Role.PRIMARY, primary.margin, units.get(primary.name, MarginUnit.ABSOLUTE)),
            *map(rail, self.kpis.guardrails),
        )

    @property
    def terms(self) -> tuple[Term, ...]:
        """How the judged KPIs count in a proposal's utility, the primary one first."""
        return terms(self.kpis, self.judged)

    def prior(self, parameter: str, kpi: str, margin: float | None = None) -> Belief:
        """Return what one step of a parameter upwards does to a judged KPI, as far as is believed; positive is better.

        It is in the KPI's unit. For a choice that is what any switch does. What the file does not say of a guardrail is
        0 with a standard deviation of half the guardrail's margin: `margin` in the KPI's unit, or else the number in
        the file, whatever its unit is.

        Raises:
            KeyError: no such parameter, or a KPI that is not judged.
        """
        said, judged = self.parameters[parameter].prior, {item.kpi.name: item for item in self.judged}
        if kpi == self.kpis.primary:
            return said.belief
        if kpi in said.kpis:
            return said.kpis[kpi].belief
        return Belief(0.0, 0.5 * (judged[kpi].margin if margin is None else margin))

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
            planned=max(canary.minimum_proceed, round(canary.duration / self.prometheus.scrape_interval)),
            minimum_harm=canary.minimum_harm,
            minimum_proceed=canary.minimum_proceed,
            minimum_history=canary.minimum_history,
        )
