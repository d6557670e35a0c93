"""The third act of an emergency pause: the live file as the journal wants it."""

from __future__ import annotations

from functools import partial

from controller.adapters.clock import Clock
from controller.config.config import Config
from controller.cycle.live import desired_live, note
from controller.emergency.file import TRIES, Held, is_uniform
from controller.errors import SequenceConflictError, StorageError, UnavailableError
from controller.journal import snapshot
from controller.journal.store import Journal
from controller.live_store import live_store
from controller.place import Place
from controller.who import writer_id


def in_line(config: Config, place: Place, clock: Clock) -> Held:
    """Write the live file that the journal's state asks for.

    Raises:
        IntegrityError: the journal or the history was altered.
        StorageError: they or the file cannot be used.
        UnavailableError: the journal does not say which values are in force.
    """
    store = live_store(config, place)
    with Journal(place.journal, writer_id()) as journal:
        for _ in range(TRIES):
            state = snapshot.current(journal)
            if not state.version:
                raise UnavailableError(f"{place.journal}: no controller has said yet which values are in force")
            live = desired_live(config, state, clock.now())
            try:
                store.put(live, note(state), partial(journal.require_last, state.seq))
            except SequenceConflictError:
                continue
            return Held(f"{place.parameters}: every arm has control values", uniform=is_uniform(live))
    raise StorageError(f"{place.parameters}: others wrote the journal at every one of {TRIES} tries; a controller will")
