"""autopilot.yaml as values: everything the controller knows of the service it pilots.

Times are seconds, or texts like `90s`, `5m`, `2h`, `7d`. Reading the file, with line numbers in errors, is in
controller/adapters/config_file.py; the settings are described for users in docs/configuration.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from controller.config.bounds import BoundsSection
from controller.config.canary import CanarySection
from controller.config.drift import DriftSection
from controller.config.fields import Count, LabelName, Number, Seconds, Section, Url, spelt
from controller.config.golden import GoldenSection
from controller.config.history import HistorySection
from controller.config.kpi import MetricSection
from controller.config.kpis import GuardrailSection, KpiSection, terms
from controller.config.parameter import ParameterSection
from controller.config.priors import Belief
from controller.config.prometheus import PrometheusSection
from controller.config.schedule import ScheduleSection
from controller.config.triage import TriageSection
from controller.decide.policy import Policy
from controller.decide.utility import Term
from controller.model import JudgedKpi, MarginUnit, Role
from exporter.catalog import CATALOG
from exporter.metric import Kpi
from exporter.parameters import ParameterSpec, ParameterSpecs


class AlertmanagerSection(Section):
    """The Alertmanager that pages; only `status` and the demo read it."""

    url: Url | None = None


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
