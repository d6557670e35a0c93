"""One triage: a journal and a period -> what failed, what repeats, what to change, what became of earlier advice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from controller.casebook.words import Terms
from controller.config.config import Config
from controller.journal.event import Event
from controller.journal.fold import fold
from controller.journal.state import State
from controller.triage.cases import cases
from controller.triage.correlate import correlate
from controller.triage.follow import follow
from controller.triage.gather import Gathered, gather
from controller.triage.pattern import patterns
from controller.triage.report import Finding, Report
from controller.triage.spans import Span
from controller.triage.suggest import of_times, suggestions
from controller.triage.suggestion import Ground


def triage(
    config: Config,
    events: Iterable[Event],
    now: float,
    *,
    state: State | None = None,
    window: float | None = None,
    spans: Sequence[Span] = (),
    notes: tuple[str, ...] = (),
) -> Report:
    """Return what a period shows.

    Args:
        config: the configuration.
        events: the whole journal.
        now: the end of the period, unix seconds.
        state: what the journal says at its last event or an earlier one, where somebody has folded it already.
        window: its length in seconds; `triage.window` when it is not given.
        spans: alerts that Prometheus knows of, besides the journal's incidents.
        notes: what could not be looked at.
    """
    since = now - (config.triage.window if window is None else window)
    found = gather((event for event in events if event.at <= now), Terms.of(config), spans)
    folded = State() if state is None or state.seq > len(found.events) else state
    known = fold(folded, found.events[folded.seq :])
    return examine(config, found, known, (since, now), notes)


def examine(
    config: Config, found: Gathered, state: State, period: tuple[float, float], notes: tuple[str, ...] = ()
) -> Report:
    """Return what a period shows of all that was gathered; `state` is what the journal says at its end."""
    section, (since, now) = config.triage, period
    known = cases(found, since, now)
    begun = min(since, now - section.history)
    linked = correlate(found, begun, now, section.least, section.level)
    over = tuple(one for one in found.records if one.outcome and since <= one.over_at <= now)
    ground = Ground(config, state, Terms.of(config), over, linked.claims)
    repeated = patterns(found.failures, known, config.service, (since, now), section.least)
    return Report(
        service=config.service,
        since=since,
        until=now,
        cycles=len(over),
        failures=found.between(since, now),
        findings=tuple(Finding(one, suggestions(one, ground)) for one in repeated),
        of_times=of_times(ground),
        correlations=linked,
        followed=follow(found, config.service, now, now - since),
        apply_above=section.apply_above,
        notes=notes,
    )
