"""Measures a long journal: written once, then read in every way that the controller and its commands read it."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.journal.generate import BEGIN, KPIS, PARAMETERS, SERVICE, past, write
from controller.adapters.history import History
from controller.adapters.version_file import written
from controller.casebook.record import Record
from controller.casebook.sparing import sparing
from controller.desk.base import LOOK
from controller.history.index import NAME, Index
from controller.history.query import Query
from controller.history.verify import verify
from controller.journal.fold import fold
from controller.journal.snapshot import EVERY, check, current, save
from controller.journal.state import State
from controller.journal.store import Journal
from controller.stack.layout import Layout
from controller.why.chain import newest
from controller.why.link import Link
from exporter.parameters import LiveParameters
from exporter.seconds import DAY

LOOKS = 60  # per canary: one a minute for an hour
FEW_LOOKS = 5  # for many versions in a journal that is not too long to write
PAGE = 20
DEPTH = 3


@dataclass(frozen=True)
class Row:
    """One thing that was measured: how often, and seconds in the middle, at best and at worst."""

    name: str
    repeats: int
    median: float
    best: float
    worst: float


@dataclass(frozen=True)
class Sizes:
    """How much was measured.

    Attributes:
        events, megabytes: of the journal that is folded.
        tail: events after its snapshot.
        versions, entries, queries: of the history that is asked for pages; entries are times in force.
    """

    events: int
    megabytes: float
    tail: int
    versions: int
    entries: int
    queries: int


def timed(name: str, action: Callable[[], object], repeats: int) -> Row:
    """Return how long an action takes."""
    return summed(name, [_seconds(action) for _ in range(repeats)])


def summed(name: str, taken: list[float]) -> Row:
    """Return what seconds say together."""
    return Row(name, len(taken), statistics.median(taken), min(taken), max(taken))


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def measure_fold(folder: Path, events: int, repeats: int) -> tuple[list[Row], int, float, int]:
    """Return what reading a journal of so many events costs; with events, megabytes, and events after the snapshot."""
    path = folder / "journal.db"
    write(path, past(events=events, looks=LOOKS).dated)
    with Journal(path, "bench") as journal:
        tail = min(EVERY - 1, events - 1)
        save(journal, _before(journal, events - tail))
        rows = [
            timed("state, from the first event", lambda: fold(State(), journal.stream()), repeats),
            timed("state, with a snapshot", lambda: current(journal), repeats * 3),
            timed("writing a snapshot", lambda: save(journal, current(journal)), repeats),
            timed("the chain of hashes, and SQLite's own check", journal.verify, repeats),
            timed("folding again, against the snapshots", lambda: check(journal), 1),
            timed(f"the newest {PAGE} canaries, for `vvtvctl canary history`", lambda: _canaries(journal), repeats),
            timed(f"a parameter's newest {DEPTH} values, for `vvtvctl why`", lambda: _values(journal), repeats),
        ]
    return rows, events, path.stat().st_size / 1e6, tail


def _canaries(journal: Journal) -> Sequence[Record]:
    """Return the newest canaries as `vvtvctl canary history` finds them."""
    read = partial(journal.read, 0, LOOK)
    return sparing(read, lambda found: [record for record in found if record.changes][-PAGE:])


def _values(journal: Journal) -> Sequence[Link]:
    """Return a parameter's newest values as `vvtvctl why` finds them."""
    return newest(partial(journal.read, 0, LOOK), PARAMETERS[0], None, DEPTH)


def _before(journal: Journal, last: int) -> State:
    return fold(State(), (event for event in journal.stream() if event.seq <= last))


def measure_history(folder: Path, versions: int, repeats: int) -> tuple[list[Row], int, int, int]:
    """Return what asking a history of so many versions costs; with versions, entries and kinds of questions."""
    layout = Layout(folder)
    made = past(versions=versions, looks=FEW_LOOKS)
    write(layout.controller / "journal.db", made.dated)
    history = History(layout.controller / "history")
    store(history, made.live)
    layout.live_parameters.parent.mkdir(parents=True, exist_ok=True)
    layout.live_parameters.write_text(json.dumps(made.live[-1].document()))
    index = layout.controller / NAME
    with Journal(layout.controller / "journal.db", "bench") as journal:
        save(journal, current(journal))

        def build() -> None:
            index.unlink(missing_ok=True)
            Index(journal, index).__exit__()

        def ask(query: Query, page: int) -> None:
            with Index(journal, index) as opened:
                opened.page(query, page, PAGE)

        rows = [timed("making the index", build, 1)]
        with Index(journal, index) as opened:
            entries = opened.page(Query(), size=1).total
            pages = [(query, page) for query in questions() for page in _pages(opened.page(query, size=PAGE).count)]
        taken = [_seconds(lambda q=query, p=page: ask(q, p)) for _ in range(repeats) for query, page in pages]  # type: ignore[misc]  # bound at once
        rows.append(summed("a page, opening the index included", taken))
        rows.append(timed("every file and the index against the journal", lambda: verify(history.folder, journal), 1))
    rows.append(timed("`vvtvctl autopilot history`, the whole program", lambda: _program(folder), repeats))
    return rows, len({live.version for live in made.live}), entries, len(questions())


def store(history: History, found: Iterable[LiveParameters]) -> None:
    """Write versions as `History.put` does, without waiting for the disk after each."""
    seen = set[str]()
    for live in found:
        if live.version not in seen:
            seen.add(live.version)
            day = history.folder / datetime.fromtimestamp(live.written_at, UTC).date().isoformat()
            day.mkdir(parents=True, exist_ok=True)
            (day / f"{live.version}.json").write_bytes(written(live, "benchmark"))


def questions() -> tuple[Query, ...]:
    """Return every kind of question, and some together."""
    middle = BEGIN + 1000 * DAY
    return (
        Query(),
        Query(parameter=PARAMETERS[1]),
        Query(actor="autopilot"),
        Query(actor="nobody"),
        Query(causes=("promoted",)),
        Query(outcome="rolled_back"),
        Query(cycle=1234),
        Query(since=middle),
        Query(since=middle, until=middle + 30 * DAY),
        Query(text=KPIS[0]),
        Query(text="stands nowhere"),
        Query(version="3f2a9c"),
        Query(parameter=PARAMETERS[0], causes=("kept",), since=middle, text="0.1"),
    )


def _pages(count: int) -> Iterator[int]:
    """Yield the first, the middle and the last page."""
    yield from sorted({1, (count + 1) // 2, count})


def _program(folder: Path) -> None:
    config = folder / "bench.yaml"
    one = {"low": -1e6, "high": 1e6, "default": 1.0, "step": 0.1, "prior": {"effect": 0.0, "sd": 0.01}}
    settings = {
        "service": SERVICE,
        "prometheus": {"url": "http://127.0.0.1:1"},
        "kpis": {"primary": KPIS[0]},
        "parameters": dict.fromkeys(PARAMETERS, one),
    }
    config.write_text(json.dumps(settings))
    words = ("autopilot", "history", "--config", str(config), "--state", str(folder))
    subprocess.run([sys.executable, "-m", "controller.cli.main", *words], check=True, capture_output=True)
