"""One canary look: all arithmetic from the arms' series to the verdict, 5 KPIs, 24 h of A/A history at 15 s."""

from __future__ import annotations

import numpy as np

from benchmarks._measure import measure, table
from controller.decide.canary import Policy, judge
from controller.decide.pairing import pair
from controller.model import ArmSeries, Floats, JudgedKpi, KpiEvidence, PairedSeries, Role
from exporter import names
from exporter.catalog import CATALOG
from exporter.metric import GaugeReading, Kpi

HISTORY = 5760
CANARY = 240
STEP = 15.0
REPEATS = 100

_Arms = dict[str, ArmSeries]


def _arms(rng: np.random.Generator, size: int) -> _Arms:
    """Return three arms with a common wave and noise of their own; about 10 plays a second."""
    wave = 0.6 + 0.05 * np.sin(np.arange(size) / 300)
    shares = {names.CANARY: 30.0, names.BASELINE: 30.0, names.CONTROL: 90.0}
    return {arm: ArmSeries(wave + 0.05 * rng.standard_normal(size), np.full(size, n)) for arm, n in shares.items()}


def _paired(kpi: Kpi, arms: _Arms, times: Floats) -> PairedSeries:
    return pair(times, arms, kpi.comparison, np.ones(times.size), counted=not isinstance(kpi.reading, GaugeReading))


def run() -> str:
    """Measure a look with the history at hand, and the first one, which pairs the history too."""
    rng = np.random.default_rng(1)
    kpis = [kpi for kpi in CATALOG.kpis if kpi.judged]
    times, before = (np.arange(size, dtype=np.float64) * STEP for size in (CANARY, HISTORY))
    canaries = [_arms(rng, CANARY) for _ in kpis]
    pasts = [_arms(rng, HISTORY) for _ in kpis]
    roles = [Role.PRIMARY, *(Role.GUARDRAIL for _ in kpis[1:])]
    policy = Policy(planned=CANARY)

    def history() -> list[PairedSeries]:
        return [_paired(kpi, past, before) for kpi, past in zip(kpis, pasts, strict=True)]

    def look(known: list[PairedSeries]) -> object:
        evidence = tuple(
            KpiEvidence(JudgedKpi(kpi, role, 0.02), _paired(kpi, arms, times), past)
            for kpi, role, arms, past in zip(kpis, roles, canaries, known, strict=True)
        )
        return judge(evidence, policy)

    kept = history()
    taken = measure({"first look": lambda: look(history()), "later look": lambda: look(kept)}, REPEATS)
    rows = [(name, *(f"{1e3 * x:.1f}" for x in (t.mean, t.low, t.high))) for name, t in taken.items()]
    return table((f"{len(kpis)} KPIs, {HISTORY} + {CANARY} points", "mean ms", "min ms", "max ms"), rows)
