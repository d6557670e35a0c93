"""Does the service refuse the live parameter file: the failed reads that it counts, and when the file was written."""

from __future__ import annotations

from collections.abc import Mapping

from controller.adapters.prometheus import Prometheus
from controller.duration import duration
from controller.setup.patient import Patient
from exporter import names, promql
from exporter.catalog import planner
from exporter.metric import Selector

ERRORS = planner.PARAMETER_FILE_ERRORS.name
LOADED = planner.PARAMETER_FILE_AGE.name
PATIENCE = 3  # scrape intervals until a new file must have been taken
SKEW = 5.0  # seconds that the clocks of two machines may differ
RECENT = 900.0  # seconds in which a refusal counts where the service does not say when it last took the file
_MEND: Mapping[str, str] = {
    "missing": "it must look for this very path",
    "unreadable": "its user must be allowed to read it (chmod a+r)",
    "invalid": "its parameters, kinds and hard bounds must be those of autopilot.yaml, and nobody may edit the file",
}


def refused(patient: Patient, prometheus: Prometheus, written_at: float, now: float) -> tuple[str, str] | None:
    """Return that the service refuses the file and what to do; None where nothing says so. Raises PrometheusError.

    Args:
        patient: whose service it is.
        prometheus: where it is scraped.
        written_at: unix time at which the file was written.
        now: unix time.
    """
    errors = promql.select(Selector(ERRORS), patient.config.selector)
    loaded = prometheus.instant(promql.select(Selector(LOADED), patient.config.selector), now).series
    taken = min((float(series.values[-1]) for series in loaded), default=None)
    counted = errors if taken is not None else f"increase({errors}[{promql.duration(RECENT)}])"
    answer = prometheus.instant(f"sum by ({names.REASON}) ({counted}) > 0", now)
    reasons = sorted(series.labels.get(names.REASON) or "no reason given" for series in answer.series)
    if not reasons:
        return None
    if taken is not None:
        young = now - written_at < PATIENCE * patient.config.prometheus.scrape_interval
        if young or taken + SKEW >= written_at:
            return None
    when = f", written {duration(max(0.0, now - written_at))} ago" if taken is not None else ""
    found = f"the service refuses the live parameter file{when}: {ERRORS} counts failed reads: {', '.join(reasons)}"
    mends = "; ".join(_MEND[reason] for reason in reasons if reason in _MEND)
    return found, f"its log says why{f': {mends}' if mends else ''}; see docs/parameters.md"
