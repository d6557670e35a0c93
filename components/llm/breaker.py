"""A failure-rate circuit breaker. The clock is an argument; nothing here waits, locks or calls.

States and what leads from one to the next:

    closed     counts the last `window` calls; at least `minimum_calls` of them and a failure rate of
               `failure_threshold` or more -> open
    open       admits nothing; after `open_seconds` -> half_open
    half_open  admits `probes` calls and no more; all back and fewer failures than the threshold -> closed;
               enough failures, or not all back within `half_open_seconds` -> open

Every state entered is a new generation. A permit carries the generation in which it was given, and a result that comes
back in a later one is dropped: a slow failure of the past neither opens nor closes anything now.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from components.reporter import BreakerState


@dataclass(frozen=True)
class BreakerSettings:
    """When the breaker opens and how it recovers.

    Attributes:
        window: how many of the last calls count.
        minimum_calls: with fewer results than this it never opens.
        failure_threshold: failure rate, 0..1, at which it opens.
        open_seconds: how long it stays open.
        probes: calls admitted while half open.
        half_open_seconds: deadline for all probes to be back.
    """

    window: int = 20
    minimum_calls: int = 10
    failure_threshold: float = 0.5
    open_seconds: float = 5.0
    probes: int = 3
    half_open_seconds: float = 5.0

    def __post_init__(self) -> None:
        """Refuse settings under which it would never open, or never close."""
        if not 1 <= self.minimum_calls <= self.window:
            raise ValueError(f"minimum_calls {self.minimum_calls} must be 1..{self.window}, the window")
        if not 0.0 < self.failure_threshold <= 1.0:
            raise ValueError(f"failure_threshold {self.failure_threshold} must be in (0, 1]")
        if self.probes < 1 or self.open_seconds < 0.0 or self.half_open_seconds <= 0.0:
            raise ValueError("probes must be at least 1, open_seconds at least 0, half_open_seconds positive")


@dataclass(frozen=True)
class Permit:
    """The right to make one call; hand it back with the result."""

    generation: int


class Breaker:
    """The state machine.

    Args:
        settings: thresholds and times.
        on_enter: told of every state entered.
    """

    def __init__(
        self, settings: BreakerSettings | None = None, on_enter: Callable[[BreakerState], None] = lambda _state: None
    ) -> None:
        self.settings = settings or BreakerSettings()
        self._on_enter = on_enter
        self._state: BreakerState = "closed"
        self._since = 0.0
        self._generation = 0
        self._results: deque[bool] = deque(maxlen=self.settings.window)
        self._probes_out = 0

    def state(self, now: float) -> BreakerState:
        """Return the state at `now` (seconds), after whatever time alone changes."""
        self._since = min(self._since, now)  # a clock that jumped back must not keep it open for the length of the jump
        elapsed = now - self._since
        if self._state == "open" and elapsed >= self.settings.open_seconds:
            self._enter("half_open", now)
        elif self._state == "half_open" and elapsed >= self.settings.half_open_seconds:
            self._enter("open", now)
        return self._state

    def admit(self, now: float) -> Permit | None:
        """Return a permit for one call, or None when it must not be made."""
        state = self.state(now)
        if state == "open":
            return None
        if state == "half_open":
            if self._probes_out + len(self._results) >= self.settings.probes:
                return None
            self._probes_out += 1
        return Permit(self._generation)

    def settle(self, permit: Permit, now: float, *, failed: bool) -> None:
        """Count a call's result; a result of an earlier generation is dropped."""
        state = self.state(now)
        if permit.generation != self._generation:
            return
        self._results.append(failed)
        if state == "half_open":
            self._probes_out -= 1
            self._judge_probes(now)
        elif len(self._results) >= self.settings.minimum_calls and self._failing(len(self._results)):
            self._enter("open", now)

    def withdraw(self, permit: Permit) -> None:
        """Give back a permit whose call was cancelled by ourselves: it tells nothing about the other side."""
        if permit.generation == self._generation and self._state == "half_open":
            self._probes_out -= 1

    def _failing(self, calls: int) -> bool:
        return sum(self._results) / calls >= self.settings.failure_threshold

    def _judge_probes(self, now: float) -> None:
        probes = self.settings.probes
        if self._failing(probes):
            self._enter("open", now)
        elif len(self._results) >= probes:
            self._enter("closed", now)

    def _enter(self, state: BreakerState, now: float) -> None:
        self._state = state
        self._since = now
        self._generation += 1
        self._results.clear()
        self._probes_out = 0
        self._on_enter(state)
