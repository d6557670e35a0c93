"""A day of history, made by the service's own code under a simulated clock, for boards and for noise estimates.

What is the same as live: planner, outcomes, noise, curator, breaker, reports and metrics are the same objects. The fine
part has the live rate of arrivals and a diversity window of one step, so its noise per second is that of live traffic.

What is not: the coarse part is thinner. A minute of it carries as many selections as about a second of live traffic
(so that its diversity is judged on equally many selections), and each of its diversity windows lasts a step. All arms
have the same values throughout (A/A), no LLM call fails, LLM answers are drawn rather than fetched, and selections are
timed in larger batches than live ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from prometheus_client import CollectorRegistry

from components.core import FixedParameters, ServiceCore, Step
from components.llm.breaker import Breaker
from components.llm.simulated import SimulatedLlm
from components.openmetrics import Recorder
from components.prometheus_reporter import PrometheusReporter
from exporter import names
from exporter.parameters import Values
from exporter.reference import REFERENCE_PARAMETERS
from exporter.seconds import HOUR

LABELS: Final = {"job": names.JOB_SERVICE, "instance": names.INSTANCE_SERVICE}
"""What a scrape of the reference service puts on every series."""

_PROGRESS_EVERY: Final = 50


@dataclass(frozen=True)
class Coarse:
    """The long, thin part: `hours`, a sample every `step` seconds, `selections` per step (Poisson mean)."""

    hours: float = 24.0
    step: int = 60
    selections: float = 300.0


@dataclass(frozen=True)
class Fine:
    """The part that ends now: `seconds`, a sample every `step` seconds, `rate` selections per second, as live."""

    seconds: int = 1800
    step: int = 1
    rate: float = 300.0


@dataclass(frozen=True)
class Turn:
    """The viewers change `seconds` before the end: completion moves by `logit` in every arm, parameters or not."""

    seconds: float
    logit: float


@dataclass(frozen=True)
class _Part:
    """Sample times first, first + step, ... up to last, with so many selections (Poisson mean) each."""

    first: int
    last: int
    step: int
    mean: float

    @property
    def times(self) -> range:
        return range(self.first, self.last + 1, self.step)


def _parts(end: int, coarse: Coarse, fine: Fine) -> tuple[_Part, ...]:
    if min(coarse.step, fine.step) < 1 or min(coarse.hours, fine.seconds) < 0:
        raise ValueError(f"history of {coarse} and {fine}: steps must be at least 1 s and lengths not negative")
    fine_start = end - fine.seconds // fine.step * fine.step
    coarse_start = fine_start - round(coarse.hours * HOUR) // coarse.step * coarse.step
    return (
        _Part(coarse_start + coarse.step, fine_start, coarse.step, coarse.selections),
        _Part(fine_start + fine.step, end, fine.step, fine.rate * fine.step),
    )


def _review(step: Step, core: ServiceCore, llm: SimulatedLlm, now: float, seconds: float) -> None:
    """Let the reviews of a step take place one after the other, before the next step."""
    for i, slate in enumerate(step.reviews, start=1):
        at = now + seconds * i / (len(step.reviews) + 1)
        core.curator.decide(llm.ask(slate.arm, at), at)


def write_history(
    folder: Path,
    *,
    end: float,
    seed: int,
    stopwatch: Callable[[], float],
    coarse: Coarse | None = None,
    fine: Fine | None = None,
    turn: Turn | None = None,
    parameters: Values | None = None,
    labels: Mapping[str, str] = LABELS,
    progress: Callable[[float], None] = lambda _share: None,
) -> list[Path]:
    """Write history up to unix time `end` (rounded down to a second) as OpenMetrics text, one file per two hours.

    Args:
        folder: where the files go; made if missing.
        end: unix seconds of the last sample.
        seed: of the library, which must be the live service's, and of all traffic and noise.
        stopwatch: monotonic seconds, to time selections.
        coarse: the long part; 24 h by default.
        fine: the part that ends at `end`; 30 minutes by default.
        turn: what happens to the viewers on the way; nothing by default.
        parameters: values of all arms; the defaults by default.
        labels: what the live scrape puts on every series.
        progress: told the share done, 0..1.

    Returns:
        The files, oldest first, for `promtool tsdb create-blocks-from openmetrics`.
    """
    parts = _parts(int(end), coarse or Coarse(), fine or Fine())
    start = float(parts[0].first - parts[0].step)
    registry = CollectorRegistry()
    reporter = PrometheusReporter(registry, REFERENCE_PARAMETERS.specs)
    values = parameters if parameters is not None else REFERENCE_PARAMETERS.defaults()
    core = ServiceCore(
        FixedParameters(values, start),
        reporter,
        now=start,
        window=float(parts[0].step),
        seed=seed,
        stopwatch=stopwatch,
    )
    arrivals, answers = np.random.default_rng((seed, 2)).spawn(2)
    llm = SimulatedLlm(Breaker(on_enter=reporter.breaker), reporter, answers)
    recorder = Recorder(registry, labels)
    total = max(1, sum(len(part.times) for part in parts))
    done = 0
    for part in parts:
        core.set_window(float(part.step))
        for now in part.times:
            core.mood = turn.logit if turn is not None and now > end - turn.seconds else 0.0
            step = core.step(float(now), int(arrivals.poisson(part.mean)))
            recorder.record(now)
            _review(step, core, llm, float(now), float(part.step))
            done += 1
            if done % _PROGRESS_EVERY == 0:
                progress(done / total)
    paths = recorder.write(folder)
    progress(1.0)
    return paths
