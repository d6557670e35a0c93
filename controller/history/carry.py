"""What is known of the past after some event: enough to make the entries of the next one."""

from __future__ import annotations

from typing import Any, Self

from controller.history.entry import Entry
from controller.journal.event import Moved, Predicted
from controller.journal.frozen import Frozen
from exporter.parameter import Value

AUTOPILOT = "autopilot"


class Carry(Frozen):
    """What is known after some event.

    Attributes:
        values, version: in force in every arm.
        cycle, by, asked, changes, predicted, rationale: of the cycle under way.
        orders: who gave which order, by its number.
        canary: whether the canary arm has values of its own.
        open: entries that a later event may still alter.
        removed_before: versions last in force before this time may have been removed by retention; 0 for none.
    """

    values: dict[str, Value] = {}  # noqa: RUF012 - pydantic copies it
    version: str = ""
    cycle: int | None = None
    by: str = AUTOPILOT
    asked: tuple[str, str] | None = None
    changes: tuple[Moved, ...] = ()
    predicted: tuple[Predicted, ...] = ()
    rationale: str = ""
    orders: dict[int, str] = {}  # noqa: RUF012 - likewise
    canary: bool = False
    open: tuple[Entry, ...] = ()
    removed_before: float = 0.0

    def having(self, **changes: Any) -> Self:
        """Return the same with some attributes changed."""
        return self.model_copy(update=changes)

    def altered(self, **changes: Any) -> Self:
        """Return the same with the open entries of the cycle under way changed."""
        return self.having(
            open=tuple(
                entry.model_copy(update=changes) if entry.cycle == self.cycle is not None else entry
                for entry in self.open
            )
        )

    def after(self, entry: Entry) -> Self:
        """Return the same after an entry of values that came into force."""
        if entry.cause in ("canary", "stepped"):
            return self.having(canary=True)
        return self.having(values=entry.values, version=entry.version, canary=False)
