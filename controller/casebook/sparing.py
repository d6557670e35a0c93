"""Records of a few cycles, without reading the looks of all others: they are most of a journal."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from controller.casebook.collect import records
from controller.casebook.record import Record, find
from controller.journal.event import Event

Read = Callable[[float], Iterable[Event]]
"""Unix seconds -> the whole journal, but for looks at canaries before then."""


def sparing(read: Read, choose: Callable[[Sequence[Record]], Sequence[Record]]) -> Sequence[Record]:
    """Return the records that are chosen of all, as if the whole journal had been read; others may lack their looks.

    Args:
        read: reads the journal.
        choose: chooses by what no look says, e.g. the number, the changes, the outcome, or the beginning of a cycle.
    """
    chosen = choose(records(read(math.inf)))
    if not chosen:
        return chosen
    return choose(records(read(min(record.begun_at for record in chosen))))


def one(read: Read, name: str) -> Record:
    """Return the record that is meant by a name, with its looks. Raises ConfigError as `find` does."""
    meant = find(records(read(math.inf)), name)
    return find(records(read(meant.begun_at)), meant.id)
