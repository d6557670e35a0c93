"""Journal events -> history's entries. Pure: what an event adds or alters, and what is to be known for the next one."""

from __future__ import annotations

from controller.history.begin import begun
from controller.history.carry import AUTOPILOT, Carry
from controller.history.entry import Entry
from controller.history.follow import followed
from controller.journal import event as ev
from controller.journal.event import Event

IGNORED = "canary_looked"
"""The kind of event that is most of a journal and says nothing for history."""
_NO_STEP = frozenset({"cycle_ended", "bounds_adjusted"})  # may be written before the live file is


def projected(carry: Carry, event: Event) -> tuple[Carry, tuple[Entry, ...]]:
    """Return what is known after an event, and the entries that it adds or alters."""
    before = {entry.seq: entry for entry in carry.open}
    carry = carry.having(open=_confirmed(carry.open, event))
    carry = followed(carry, event)
    new = begun(carry, event)
    if new is not None:
        carry = carry.having(open=(*carry.open, new)).after(new)
    if isinstance(event.payload, ev.CycleEnded):
        carry = carry.having(cycle=None, by=AUTOPILOT, changes=(), predicted=(), rationale="", orders={}, canary=False)
    found = tuple(entry for entry in carry.open if entry is not before.get(entry.seq))
    left = tuple(entry for entry in carry.open if entry.cycle == carry.cycle is not None or not entry.confirmed)
    return (carry if left == carry.open else carry.having(open=left)), found


def _confirmed(entries: tuple[Entry, ...], event: Event) -> tuple[Entry, ...]:
    """Return the entries, confirmed where the controller that wrote one took a further step."""
    if getattr(event.payload, "cycle", None) is None or event.payload.kind in _NO_STEP or event.actor != AUTOPILOT:
        return entries
    return tuple(
        entry.model_copy(update={"confirmed": True}) if not entry.confirmed and entry.writer == event.writer else entry
        for entry in entries
    )
