"""The golden gate: fixed cases, with fixed seeds, that proposed values must pass before any traffic sees them.

The cases file is YAML:

    cases:
      - name: what it shows
        input: {...}            # passed to the callable, with `parameters` added
        parameters: {...}       # optional: fixed values, instead of the proposed ones
        expect:
          equals: [...]         # the exact answer (with fixed parameters only)
          count: 12             # its length; a parameter's name means its value, at most the candidates there are
          among: [...]          # every item is one of these
          excludes: [...]       # no item is one of these

The callable is named `module:function` in autopilot.yaml; every case is run twice and must answer the same both times.
"""

from __future__ import annotations

import copy
import importlib
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from controller.errors import ConfigError
from controller.model import GoldenResult
from exporter.parameter import number
from exporter.parameters import Value, Values

Subject = Callable[[Mapping[str, Any]], list[Any]]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expectation(_Section):
    """What an answer must be; every condition that is given must hold."""

    equals: list[Any] | None = None
    count: int | str | None = None
    among: list[Any] | None = None
    excludes: list[Any] = []


class Case(_Section):
    """One golden case."""

    name: str
    input: dict[str, Any]
    parameters: Values | None = None
    expect: Expectation


class Cases(_Section):
    """A file of golden cases."""

    cases: tuple[Case, ...]


def load_cases(path: Path) -> Cases:
    """Return the cases in a file. Raises ConfigError."""
    try:
        cases = Cases.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"cannot read the golden cases {path}: {error.strerror}; see `golden.cases`") from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: pydantic's, not UTF-8, or a date that is none
        raise ConfigError(f"{path}: the golden cases are wrong: {error}") from None
    if not cases.cases:
        raise ConfigError(f"{path}: holds no golden case; a gate without cases proves nothing")
    return cases


def load_subject(name: str) -> Subject:
    """Return the callable that `module:function` names. Raises ConfigError."""
    module, _, attribute = name.partition(":")
    try:
        subject: Subject = getattr(importlib.import_module(module), attribute)
    except Exception as error:  # noqa: BLE001 - whatever stands in the service's module
        raise ConfigError(f"golden.callable {name!r} cannot be loaded: {type(error).__name__}: {error}") from None
    if not callable(subject):
        raise ConfigError(f"golden.callable {name!r} is a {type(subject).__name__}, not a function")
    return subject


def check(case: Case, subject: Subject, values: Values) -> str | None:
    """Run one case; return what is wrong, None when it passes."""
    parameters = case.parameters if case.parameters is not None else values
    given = {**case.input, "parameters": dict(parameters)}
    try:  # deep copies: what a run does to its input must reach neither the other run nor the other cases
        answer, again = list(subject(copy.deepcopy(given))), list(subject(copy.deepcopy(given)))
        if answer != again:
            return f"{case.name}: two runs with one seed answered differently"
        return next((f"{case.name}: {fault}" for fault in _faults(case, answer, parameters)), None)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the service's code raises is a failed case
        return f"{case.name}: raised {type(error).__name__}: {error}"


def _faults(case: Case, answer: list[Any], parameters: Mapping[str, Value]) -> Iterator[str]:
    expect = case.expect
    if expect.equals is not None and answer != expect.equals:
        yield f"expected {expect.equals}, got {answer}"
    if expect.count is not None and len(answer) != (count := _count(expect.count, case, parameters)):
        yield f"expected {count} items, got {len(answer)}"
    if expect.among is not None and (strange := [item for item in answer if item not in expect.among]):
        yield f"{strange[0]!r} is none of those it may select"
    if banned := [item for item in answer if item in expect.excludes]:
        yield f"{banned[0]!r} must not be selected"
    if len({str(item) for item in answer}) != len(answer):
        yield f"an item stands twice in {answer}"


def _count(wanted: int | str, case: Case, parameters: Mapping[str, Value]) -> int:
    if isinstance(wanted, int):
        return wanted
    if wanted not in parameters:
        raise ValueError(f"count: {wanted!r} is no parameter; known are {', '.join(parameters)}")
    return min(int(number(parameters, wanted)), len(case.input.get("candidates", ())))


class GoldenGate:
    """Runs a file of cases against a callable."""

    def __init__(self, cases: Cases, subject: Subject, timeout: float) -> None:
        self._cases = cases
        self._subject = subject
        self._timeout = timeout

    def run(self, values: Values) -> GoldenResult:
        """Return what the cases say of some values; a gate that does not end in time has failed."""
        start = time.monotonic()
        answers: queue.SimpleQueue[tuple[str, ...]] = queue.SimpleQueue()
        # a daemon, so that a callable that never returns cannot keep the controller from ending
        threading.Thread(target=lambda: answers.put(self._run(values)), name="golden", daemon=True).start()
        try:
            failures = answers.get(timeout=self._timeout)
        except queue.Empty:
            failures = (f"the cases did not end within {self._timeout:g} s",)
        return GoldenResult(not failures, len(self._cases.cases), time.monotonic() - start, failures)

    def _run(self, values: Values) -> tuple[str, ...]:
        checked = (check(case, self._subject, values) for case in self._cases.cases)
        return tuple(failure for failure in checked if failure is not None)


class OpenGate:
    """Stands where a configuration names no golden cases: passes, and says that nothing was checked."""

    def run(self, values: Values) -> GoldenResult:  # noqa: ARG002 - the protocol's signature
        """Return a pass over no cases."""
        return GoldenResult(passed=True, cases=0, seconds=0.0, failures=())
