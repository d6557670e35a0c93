"""One step of the service: select, play, detect, review. Time is an argument, so it runs live and simulated alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from components import outcomes
from components.curator import REVIEWS_PER_SECOND, Curator, Slate
from components.noise import Shocks
from components.planner.diversity import TumblingDiversity
from components.planner.library import CATEGORIES, build_library
from components.planner.planner import Planner
from components.reporter import Reporter
from components.traffic import Audience
from exporter import names
from exporter.parameters import LiveParameters, Values, uniform
from exporter.reference import SALT

_PRIMING = 256


class ParameterSource(Protocol):
    """Where the parameters in force come from; `exporter.live_file.LiveFile` is one."""

    live: LiveParameters
    loaded_at: float | None

    def refresh(self, now: float) -> bool:
        """Look for new parameters at unix time `now`; return whether there are any."""


class FixedParameters:
    """The same values in every arm, for ever."""

    def __init__(self, values: Values, loaded_at: float, salt: str = SALT) -> None:
        self.live = uniform(values, salt)
        self.loaded_at: float | None = loaded_at

    def refresh(self, now: float) -> bool:  # noqa: ARG002 - the signature of a ParameterSource
        """Return False: nothing ever changes."""
        return False


@dataclass(frozen=True)
class Step:
    """What a step did: plays and completed plays per arm (order of names.ARMS), and the slates to review."""

    plays: tuple[int, ...]
    completed: tuple[int, ...]
    reviews: tuple[Slate, ...]


class ServiceCore:
    """The service without its process: no socket, no clock, no wall.

    `mood` moves completion in every arm alike, in logit: what the viewers are like, whatever the parameters are.

    Args:
        parameters: read at every step.
        reporter: told of everything.
        now: unix time at which it starts; clocks that jump back are survived.
        window: length of the diversity windows, seconds.
        seed: of the library and of all traffic and noise.
        stopwatch: monotonic seconds, to time selections.
    """

    def __init__(
        self,
        parameters: ParameterSource,
        reporter: Reporter,
        *,
        now: float,
        window: float,
        seed: int,
        stopwatch: Callable[[], float],
    ) -> None:
        library_rng, audience_rng, shock_rng, self._rng = np.random.default_rng(seed).spawn(4)
        self.planner = Planner(build_library(library_rng))
        self.curator = Curator(reporter, now)
        self._parameters = parameters
        self._reporter = reporter
        self._audience = Audience(audience_rng)
        self._shocks = Shocks(shock_rng)
        self._stopwatch = stopwatch
        self.mood = 0.0
        self._at = now
        self._in_force: tuple[LiveParameters, bool] | None = None
        self._diversity = {arm: TumblingDiversity(len(CATEGORIES), window) for arm in names.ARMS}
        self._refresh(now)
        self._prime(now)
        self.curator.report(now)

    def _prime(self, now: float) -> None:
        """Fill the diversity gauges before the first window has ended, so that no scrape sees a false zero."""
        for arm, diversity in self._diversity.items():
            videos = self.planner.select(self._parameters.live.values(arm, now), _PRIMING, self._rng)
            diversity.add(now - diversity.seconds, self.planner.library.category[videos])
            self._judge(arm, now)

    def set_window(self, seconds: float) -> None:
        """Let diversity windows last so many seconds from now on."""
        for diversity in self._diversity.values():
            diversity.seconds = seconds

    def step(self, now: float, selections: int) -> Step:
        """Serve the selections that arrived up to unix time `now`."""
        live = self._refresh(now)
        counts = self._audience.draw(live, selections)
        shocks = self._shocks.at(now)
        elapsed = max(0.0, now - self._at)
        self._at = now
        slates: dict[str, NDArray[np.int64]] = {}
        completed: list[int] = []
        selecting = 0.0
        for arm, count, shock in zip(names.ARMS, counts, shocks.tolist(), strict=True):
            self._judge(arm, now)
            if count:
                values = live.values(arm, now)
                began = self._stopwatch()
                slates[arm] = self.planner.select(values, count, self._rng)
                selecting += self._stopwatch() - began
                self._diversity[arm].add(now, self.planner.library.category[slates[arm]])
                completed.append(self._play(arm, values, count, shock))
            else:
                completed.append(0)
        for arm, videos in slates.items():  # one mean for all arms: smaller batches would look slower
            self._reporter.selected(arm, len(videos), selecting / sum(counts))
        self.curator.report(now)
        return Step(tuple(counts), tuple(completed), self._sample(slates, elapsed))

    def _refresh(self, now: float) -> LiveParameters:
        if self._parameters.refresh(now) or self._in_force is None:
            loaded_at = self._parameters.loaded_at
            if loaded_at is not None:
                self._reporter.file_loaded(loaded_at)
        live = self._parameters.live
        in_force = (live, live.expired(now))
        if self._in_force is None or self._in_force[0] is not live or self._in_force[1] != in_force[1]:
            self._reporter.in_force(live, now)
            self._in_force = in_force
        return live

    def _judge(self, arm: str, now: float) -> None:
        ended = self._diversity[arm].close(now)
        if ended is not None:
            self._reporter.diversity(arm, ended.entropy, ended.kld)

    def _play(self, arm: str, values: Values, count: int, shock: float) -> int:
        completed = int(self._rng.binomial(count, outcomes.completion(values, shock + self.mood)))
        self._reporter.played(arm, completed, count - completed)
        self._reporter.detected(arm, outcomes.hd_seconds(values, count, self._rng))
        return completed

    def _sample(self, slates: dict[str, NDArray[np.int64]], elapsed: float) -> tuple[Slate, ...]:
        """Draw the slates that the curator reviews: a few per second, whatever the traffic, each at most once."""
        total = sum(len(videos) for videos in slates.values())
        wanted = min(int(self._rng.poisson(REVIEWS_PER_SECOND * elapsed)), total)
        if not wanted:
            return ()
        rows = [(arm, row) for arm, videos in slates.items() for row in videos]
        ids = self.planner.library.ids
        picked = self._rng.choice(total, wanted, replace=False).tolist()
        return tuple(Slate(rows[i][0], tuple(ids[video] for video in rows[i][1])) for i in picked)
