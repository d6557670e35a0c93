"""What to change when something else than a canary's effect fails: cases, alerts, jobs, programs, people, drift."""

from __future__ import annotations

import re
from collections.abc import Iterator

from controller.triage.pattern import Pattern
from controller.triage.suggestion import Ground, Suggestion, of_pattern

_DRIFTS = {
    "prediction": "look at what was learnt (`vvtvctl autopilot report`) and at what changed in the service: the "
    "response model knows another one",
    "coverage": "look at what was learnt (`vvtvctl autopilot report`): the predicted intervals are too narrow",
    "rollbacks": "look at the patterns of harm in this report first: bounds, steps, or a guardrail's margin",
    "failures": "look at the other patterns in this report first: the same reason came several times in a row",
    "plant": "find out what changed in the service itself, outside of the autopilot: a release, traffic, a dependency",
}
_STEP = re.compile(r"schedule\.timeouts\.(\w+)")


def golden(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a repair of the case, or bounds without the values that it refuses."""
    del ground
    moves = sorted({moved.text for failure in pattern.failures for moved in failure.around.moves})
    tried = f" by {'; '.join(moves)}" if moves else ""
    yield of_pattern(
        pattern,
        "golden",
        f"repair golden case {pattern.signature.subject}",
        f"The case was broken{tried}. Either such values are wrong, and the parameter's bounds should exclude them, or "
        "the case is out of date, and `vvtvctl test golden` shows how to write it anew",
        f"{pattern.count} changes could have been tried, or would not have been proposed",
    )


def incident(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield the alert's own repair."""
    del ground
    name = pattern.signature.subject or "the alert"
    yield of_pattern(
        pattern,
        "operations",
        f"solve {name}",
        f"{name} held {pattern.count} cycles. Solve what it tells of; if it does not concern what is piloted, narrow "
        "incidents.match",
        "Canaries that run through",
    )


def undone(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a review of the guardrails' margins."""
    rails = ", ".join(f"{item.kpi.name} ({item.margin:.3g} {item.margin_unit})" for item in ground.config.judged[1:])
    yield of_pattern(
        pattern,
        "margin",
        "review the guardrails: promotions were undone",
        f"Operators brought earlier values back after this change was in force. The last reason: {pattern.newest.why}. "
        f"Lower the margin of the guardrail that should have caught it, or add one (now: {rails or 'none'})",
        "Canaries find what operators had to find",
    )


def refused(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a look at what operators want and do not get."""
    del ground
    yield of_pattern(
        pattern,
        "people",
        "look at what operators ask for in vain",
        f"The last one: {pattern.newest.why}. If it should be possible, adjust the bounds or repair the cases that "
        "refuse it; `--force` goes past both, once",
        "Requests that are carried out",
    )


def held(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a Prometheus that answers."""
    section = ground.config.prometheus
    yield of_pattern(
        pattern,
        "operations",
        "a Prometheus that answers",
        f"Look at {section.url} at these times: restarts, memory, slow queries; prometheus.timeout is "
        f"{section.timeout:g} s with {section.retries} retries",
        "Cycles that go on",
    )


def failed(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield more time for a step that ran out of it, or a look at the reason."""
    step = _STEP.search(pattern.newest.why)
    limit = None if step is None else getattr(ground.config.schedule.timeouts, step[1], None)
    if step is not None and limit is not None:
        title = f"more time for {step[1]}"
        text = f"Find out why {step[1]} takes so long, or raise schedule.timeouts.{step[1]} (now {limit:g} s)"
    else:
        title, text = "repair what makes cycles fail", f"The last reason: {pattern.newest.why}"
    yield of_pattern(pattern, "operations", title, text, "Cycles that come to their end")


def crash(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a look at the controller's end."""
    del ground
    yield of_pattern(
        pattern,
        "operations",
        "find out what ends the controller",
        "Look at the logs of the controller and of its host just before these times: memory, restarts of the host, a "
        "supervisor that kills it. Nothing is lost by it, but canaries lapse",
        "Canaries that nobody interrupts",
    )


def job(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a repair of a job."""
    del ground
    name = pattern.signature.subject
    yield of_pattern(
        pattern,
        "operations",
        f"repair job {name}",
        f"The last reason: {pattern.newest.why}. `vvtvctl autopilot schedule` shows when it runs next",
        f"{name} does its work",
    )


def emergency(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield the question what made people stop everything."""
    del ground
    yield of_pattern(
        pattern,
        "people",
        "find out why everything had to be stopped",
        f"The last reason: {pattern.newest.why}. An alert that incidents.match knows would hold canaries by itself",
        "Emergencies that need nobody",
    )


def drift(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield what each drift asks for."""
    del ground
    cause = pattern.signature.subject.partition(" ")[0]
    what = _DRIFTS.get(cause, "look at `vvtvctl autopilot drift-check`")
    yield of_pattern(
        pattern,
        "people",
        f"find the cause of drift ({pattern.signature.subject})",
        f"{what[0].upper()}{what[1:]}",
        "The autopilot runs on instead of pausing",
    )
