"""Rules as frozen values: what is recorded, what fires, and the input that shows it firing and not firing.

An expression is a function of `Timing`, so that its windows scale with the scrape interval: the demo and the tests run
the same rules in seconds which production runs in minutes. Everything that varies with the data stands in annotations;
a value in a label would make a new alert at every evaluation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from exporter import names
from exporter.timing import Timing

Expression = Callable[[Timing], str]

SERVICES = (names.JOB_SERVICE, names.JOB_CONTROLLER)
_ALERT_NAME = re.compile(r"[A-Z][a-zA-Z0-9]*\Z")
_RECORD_NAME = re.compile(r"[a-z_]+:[a-z0-9_]+:[a-z0-9_]+\Z")
_TEMPLATE = re.compile(r"\{\{.*?\}\}")
_VALUE = re.compile(r"\{\{ \$value( \| humanize\w*)? \}\}\Z")
_LABEL = re.compile(r"\{\{ \$labels\.([a-zA-Z_][a-zA-Z0-9_]*) \}\}\Z")


class Severity(StrEnum):
    """How soon somebody must act: now, in working hours, or not at all."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Team(StrEnum):
    """Who acts."""

    CONTENT = "content"
    PLATFORM = "platform"
    AUTOPILOT = "autopilot"


@dataclass(frozen=True)
class Rising:
    """A counter which goes up steadily."""

    per_minute: float


@dataclass(frozen=True)
class Cycle:
    """Values that repeat, one for each sample."""

    values: tuple[float, ...]


@dataclass(frozen=True)
class Missing:
    """No samples at all."""


@dataclass(frozen=True)
class Clock:
    """Each sample is its own time, in unix seconds."""


MISSING = Missing()
CLOCK = Clock()
AGE = "<age>"
"""A case's value: the time of evaluation itself, as `humanizeDuration` shows it; tests start at unix time 0."""
Samples = float | Rising | Cycle | Missing | Clock


@dataclass(frozen=True)
class Series:
    """One input series of a unit test, e.g. `Series('up{job="vvtv"}', 1.0)`."""

    name: str
    samples: Samples


@dataclass(frozen=True)
class Case:
    """Input that an alert either fires on or stays silent on, for the whole of its patience.

    Attributes:
        title: what the case shows.
        series: the input.
        value: `$value` as the annotations show it; None when the alert must not fire.
        labels: labels which the expression hands to the alert, besides its own.
    """

    title: str
    series: tuple[Series, ...]
    value: str | None = None
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Record:
    """A recording rule, named level:metric:operation."""

    name: str
    expr: Expression

    def __post_init__(self) -> None:
        """Refuse a name that does not say level, metric and operation."""
        if not _RECORD_NAME.match(self.name):
            raise ValueError(f"recording rule {self.name!r}: name it level:metric:operation, in lower case")


@dataclass(frozen=True)
class Alert:
    """An alert, with its proof.

    Attributes:
        name: CamelCase; also the name of its runbook page.
        expr: the condition.
        severity: how soon somebody must act.
        team: who acts.
        service: whom it is about: the piloted service or the autopilot itself.
        component: the catalog component it is about.
        window: the longest look-back of the expression, in seconds; the unit test waits as long before it expects it.
        for_seconds: how long the condition must hold; scaled by `Timing.patience`.
        keep_firing_seconds: how long it goes on firing after the condition ends; scaled likewise.
        summary: one line.
        description: what was measured; may use `{{ $value }}`, a humanize function and `{{ $labels.<name> }}`.
        action: what to do first.
        fires: a case in which it fires.
        silent: a case with the same series in which it does not; the alert must also recover when it follows `fires`.
        also: further cases, e.g. NaN samples.
    """

    name: str
    expr: Expression
    severity: Severity
    team: Team
    service: str
    component: str
    window: float
    for_seconds: float
    keep_firing_seconds: float
    summary: str
    description: str
    action: str
    fires: Case
    silent: Case
    also: tuple[Case, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what promtool would let pass and an operator would stumble over."""
        where = f"alert {self.name}"
        if not _ALERT_NAME.match(self.name):
            raise ValueError(f"alert {self.name!r}: name it in CamelCase, letters and digits; it names a runbook page")
        if self.service not in SERVICES:
            raise ValueError(f"{where}: service {self.service!r} is none of {', '.join(SERVICES)}")
        for key in ("summary", "description", "action"):
            text: str = getattr(self, key)
            if not text.strip():
                raise ValueError(f"{where}: {key} is empty; say it in one sentence")
            render(text, value="", labels={}, where=f"{where}, {key}")
        if self.fires.value is None or self.silent.value is not None:
            raise ValueError(f"{where}: `fires` needs the value it shows, and `silent` must have none")
        if [series.name for series in self.fires.series] != [series.name for series in self.silent.series]:
            raise ValueError(
                f"{where}: `fires` and `silent` must have the same series, so that one can follow the other"
            )

    @property
    def labels(self) -> dict[str, str]:
        """Labels by which it is routed; constant, so that an alert stays one alert while its value moves."""
        return {
            "severity": str(self.severity),
            "team": str(self.team),
            "component": self.component,
            "service": self.service,
        }

    @property
    def annotations(self) -> dict[str, str]:
        """What a person reads."""
        return {
            "summary": self.summary,
            "description": self.description,
            "action": self.action,
            "runbook_url": names.runbook_url(self.name),
        }


@dataclass(frozen=True)
class RuleGroup:
    """The rules of one component; compiled to one rule file and one unit test."""

    name: str
    records: tuple[Record, ...]
    alerts: tuple[Alert, ...]


def render(text: str, *, value: str, labels: dict[str, str], where: str) -> str:
    """Return an annotation as Prometheus will show it. Raises ValueError for a template we do not know."""

    def replace(match: re.Match[str]) -> str:
        if _VALUE.match(match[0]):
            return value
        if label := _LABEL.match(match[0]):
            return labels.get(label[1], "")
        raise ValueError(
            f"{where}: {match[0]} is not known; use {{{{ $value }}}}, {{{{ $value | humanizePercentage }}}} "
            f"or {{{{ $labels.name }}}}"
        )

    return _TEMPLATE.sub(replace, text)
