"""A look at a canary that runs now, through the Prometheus of an autopilot.yaml: for those who cannot send series."""

from __future__ import annotations

import threading
from dataclasses import replace

from controller.adapters.answer import PrometheusError
from controller.adapters.evidence import PrometheusEvidence
from controller.adapters.prometheus import Prometheus
from controller.config.config import Config
from controller.decide import canary
from controller.decide.case import MetricOutcome, Outcome
from controller.decide.headroom import settled
from controller.model import KpiSample, Verdict, Window

_ENDS = (Verdict.PROCEED, Verdict.ROLLBACK, Verdict.INCONCLUSIVE)


class LiveJudge:
    """Looks at canaries, one at a time: neither the Prometheus client nor the kept A/A history is for many threads.

    Args:
        config: which KPIs, how strict.
        prometheus: where they are.
    """

    def __init__(self, config: Config, prometheus: Prometheus) -> None:
        self.config = config
        self._evidence = PrometheusEvidence(config, prometheus)
        self._lock = threading.Lock()

    def look(self, name: str, start: float, now: float) -> Outcome:
        """Return the verdict on what ran from `start` to `now` (unix seconds), held against the history before `start`.

        A Prometheus that cannot be asked makes the look blind; it never passes or fails a canary.
        """
        try:
            with self._lock:
                samples = self._evidence.samples((Window(start, now),), (), start, now)
        except PrometheusError as error:
            return Outcome(name, Verdict.BLIND, None, (str(error),), ())
        return _outcome(name, samples, self.config.policy)


def _outcome(name: str, samples: tuple[KpiSample, ...], policy: canary.Policy) -> Outcome:
    known = (sample.evidence for sample in samples)
    evidence = tuple(replace(item, judged=settled(item.judged, item.history)) for item in known)
    if missing := canary.blindness(evidence, policy):
        seen = tuple(MetricOutcome(item.judged.kpi.name, n=item.canary.count) for item in evidence)
        return Outcome(name, Verdict.BLIND, None, missing, seen)
    look = canary.judge(evidence, policy)
    metrics = tuple(
        MetricOutcome(
            name=kpi.kpi,
            estimate=kpi.effect,
            low=kpi.low,
            high=kpi.high,
            mde=kpi.detectable,
            n=kpi.count,
        )
        for kpi in look.kpis
    )
    last = min(max((metric.n for metric in metrics), default=0), policy.planned) - 1
    return Outcome(name, look.verdict, last if look.verdict in _ENDS else None, look.reasons, metrics)
