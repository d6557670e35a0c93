"""Triage as it runs by itself: read, report, store, adjust, tell. What it could not do, its end says in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controller.adapters.alert_history import alert_spans
from controller.adapters.answer import PrometheusError
from controller.adapters.atomic import write_atomic
from controller.adapters.github import GitHub, Rehearsal, Request
from controller.adapters.github_repository import Repository
from controller.adapters.prometheus import Prometheus
from controller.adapters.session import Connection
from controller.config.config import Config
from controller.config.triage import GithubSection
from controller.errors import ConfigError
from controller.journal.fold import fold
from controller.journal.state import State
from controller.journal.store import Journal
from controller.moment import moment
from controller.ports import JobResult
from controller.triage.analyse import triage
from controller.triage.choose import adjustments
from controller.triage.document import document
from controller.triage.done import Done, Told
from controller.triage.follow import KEY, remembered
from controller.triage.issues import drafts
from controller.triage.page import page
from controller.triage.publish import publish
from controller.triage.report import Report
from controller.triage.spans import Span

FOLDER = "triage"
ACTOR = "triage"
MOST_REMEMBERED = 50  # patterns in one event of the journal


@dataclass(frozen=True)
class Rehearsed:
    """What became of the patterns, why the tracker could not be told, and in a dry run what would be sent."""

    told: tuple[Told, ...]
    trouble: str
    sent: tuple[Request, ...] = ()


def triage_job(
    config: Config, journal: Journal, connection: Connection, folder: Path
) -> Callable[[State, float], JobResult]:
    """Return the scheduled job.

    Args:
        config: the configuration.
        journal: the controller's.
        connection: to its Prometheus.
        folder: where reports are kept.
    """

    def run(_state: State, now: float) -> JobResult:
        events = journal.read()
        spans, notes = known_alerts(config, connection, now, config.triage.window)
        state = fold(State(), events)
        report = triage(config, events, now, state=state, spans=spans, notes=notes)
        store(folder, report)
        asked = adjustments(report, config, state, day(now))
        for request in asked:
            journal.submit(request, at=now, actor=ACTOR)
        found = told(config.triage.github, report, now)
        done = Done(asked, found.told, found.trouble)
        path = store(folder, report, done)
        came = f"; {done.line}" if done.line else ""
        return JobResult(done.whole, f"{report.line}{came}; {path}", details(report, done))

    return run


def day(at: float) -> str:
    """Return the date of a time in UTC."""
    return moment(at)[:10]


def known_alerts(
    config: Config, connection: Connection, now: float, window: float
) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    """Return the alerts that Prometheus knows of, and a note when it could not be asked."""
    if not config.triage.alerts:
        return (), ()
    try:
        with Prometheus(connection) as prometheus:
            return alert_spans(prometheus, now - max(window, config.triage.history), now), ()
    except PrometheusError as error:
        return (), (f"only the journal's incidents are known: Prometheus was not asked for alerts ({error})",)


def told(section: GithubSection | None, report: Report, now: float, *, dry_run: bool | None = None) -> Rehearsed:
    """Tell the issue tracker, where there is one; without a word to the contrary as the configuration says."""
    if section is None:
        return Rehearsed((), "")
    rehearse = section.dry_run if dry_run is None else dry_run
    repository = Repository(
        url=section.url,
        name=section.repository,
        token_file=section.token_file,
        labels=section.labels,
        assignees=section.assignees,
        timeout=section.timeout,
        total=section.total,
        retries=section.retries,
    )
    try:
        if not rehearse:
            with GitHub(repository, now) as tracker:
                return Rehearsed(*publish(drafts(report), tracker, dry_run=False, most=section.most))
        with Rehearsal(repository, now) as rehearsal:
            found = publish(drafts(report), rehearsal, dry_run=True, most=section.most)
            return Rehearsed(*found, tuple(rehearsal.sent))
    except ConfigError as error:
        return Rehearsed((), str(error))


def store(folder: Path, report: Report, done: Done = Done()) -> Path:  # noqa: B008 - frozen
    """Write a report under its day, as a page and as JSON; return the page's path. Raises StorageError."""
    path = folder / f"{day(report.until)}.md"
    content: dict[str, Any] = document(report, done)
    write_atomic(path.with_suffix(".json"), (json.dumps(content, indent=2) + "\n").encode("utf-8", "replace"))
    write_atomic(path, page(report, done).encode("utf-8", "replace"))
    return path


def details(report: Report, done: Done) -> dict[str, str | float | int | bool | None]:
    """Return what the journal remembers of a triage: counts, and each pattern by its fingerprint."""
    found: dict[str, str | float | int | bool | None] = {
        "failures": len(report.failures),
        "patterns": len(report.patterns),
        "adjusted": len(done.asked),
        "issues_written": sum(one.done for one in done.told),
    }
    found |= {f"failures_{category.value}": count for category, count in report.by_category.items()}
    found |= {f"issue_{one.number}": one.action for one in done.told if one.number is not None and one.done}
    newest = report.patterns[:MOST_REMEMBERED]
    found |= {f"{KEY}{one.fingerprint}": remembered(one.count, max(one.of, one.count)) for one in newest}
    return found
