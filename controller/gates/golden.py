"""The golden gate: the cycle asks it whether proposed values pass the golden cases; controller/golden does the work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from controller.config.config import Config
from controller.errors import ConfigError
from controller.golden.open import cache_of, cases_of, limits_of, subject_of
from controller.golden.report import failures
from controller.golden.run import run_cases
from controller.model import GoldenResult
from exporter.parameters import Values


class GoldenGate:
    """Runs the configured cases, read anew each time, against the configured subject.

    Args:
        config: with the section `golden`.
        state: the folder for the cache; None for no cache.
    """

    def __init__(self, config: Config, state: Path | None = None) -> None:
        self._config = config
        self._state = state

    def check(self) -> None:
        """Refuse wrong cases, and a callable that cannot be loaded. Raises ConfigError."""
        cases_of(self._config)
        subject = subject_of(self._config)
        if self._config.golden is not None and self._config.golden.callable is not None:
            subject.identity()
            subject.close()

    def run(self, values: Values) -> GoldenResult:
        """Return what the cases say of some values; a gate that cannot be run, or does not end in time, has failed."""
        most = self._config.schedule.timeouts.validating
        try:
            limits = limits_of(self._config)
            report = run_cases(
                cases_of(self._config),
                values,
                subject_of(self._config),
                replace(limits, whole=min(limits.whole, most)),
                cache=cache_of(self._config, self._state),
            )
        except ConfigError as error:
            return GoldenResult(passed=False, cases=0, seconds=0.0, failures=(" ".join(str(error).split())[:400],))
        return GoldenResult(report.passed, len(report.results), report.seconds, failures(report))


class OpenGate:
    """Stands where a configuration names no golden cases: passes, and says that nothing was checked."""

    def run(self, values: Values) -> GoldenResult:  # noqa: ARG002 - the protocol's signature
        """Return a pass over no cases."""
        return GoldenResult(passed=True, cases=0, seconds=0.0, failures=())
