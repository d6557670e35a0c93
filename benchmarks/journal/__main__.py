"""`python -m benchmarks.journal`: measure a long journal and a long history; write page and raw results."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.journal.measure import Sizes, measure_fold, measure_history
from benchmarks.journal.page import publish
from controller.stack.checkout import checkout

EVENTS, VERSIONS, REPEATS = 100_000, 10_000, 5


def main(given: list[str] | None = None) -> None:
    """Do what the command line asks for; only the whole benchmark replaces the published page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.journal", description="Measure a long journal.")
    parser.add_argument("--events", type=int, default=EVENTS, help="of the journal that is folded (%(default)s)")
    parser.add_argument("--versions", type=int, default=VERSIONS, help="in the history that is asked (%(default)s)")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="of each measurement (%(default)s)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write page and raw results there")
    arguments = parser.parse_args(given)
    with tempfile.TemporaryDirectory() as folder:
        fold, events, megabytes, tail = measure_fold(Path(folder) / "fold", arguments.events, arguments.repeats)
        history, versions, entries, queries = measure_history(
            Path(folder) / "history", arguments.versions, arguments.repeats
        )
    sizes = Sizes(events, megabytes, tail, versions, entries, queries)
    for row in (*fold, *history):
        print(f"{row.name}: median {1e3 * row.median:.1f} ms, worst {1e3 * row.worst:.1f} ms of {row.repeats}")
    whole = (arguments.events, arguments.versions) == (EVENTS, VERSIONS)
    out = arguments.out or (checkout() / "docs" / "benchmarks" if whole else None)
    if out is not None:
        for path in publish(out, sizes, fold, history):
            print(path)


if __name__ == "__main__":
    main()
