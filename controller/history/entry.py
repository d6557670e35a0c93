"""One line of history: a version came into force, by whom, why, and what came of it. Times are unix seconds."""

from __future__ import annotations

from typing import Literal

from controller.journal.event import Impact, Moved, Predicted
from controller.journal.frozen import Frozen
from exporter.parameter import Value

Cause = Literal["adopted", "canary", "stepped", "promoted", "kept", "rolled_back", "deployed"]
"""How a version comes into force.

adopted: in force when the journal began, or brought inside a changed configuration; canary: in the canary arm alone;
stepped: likewise, with a larger share of the units; promoted: in every arm; kept: the old values again, after a
canary; rolled_back and deployed: in every arm, on an operator's word.
"""

CAUSES: tuple[Cause, ...] = ("adopted", "canary", "stepped", "promoted", "kept", "rolled_back", "deployed")
IN_FORCE: tuple[Cause, ...] = ("adopted", "promoted", "kept", "rolled_back", "deployed")
"""Causes that put values in force in every arm."""


class Entry(Frozen):
    """A version came into force.

    Attributes:
        seq: number of the event in the journal.
        at: when.
        version: content hash of the live document.
        cause: how.
        actor: by whom: `autopilot`, or a person.
        cycle: of which cycle; None outside of any.
        values: in force in every arm from then on; for a canary, in the canary arm.
        changes: against what was in force in every arm before.
        tried: what the cycle's canary changed; empty outside of any.
        rationale: why the change was proposed, and what an operator said of it; of a deployment, what the golden cases
            said.
        predicted: what it should do.
        measured: what it did; empty until it is measured.
        verdict: of the canary; empty while there is none.
        outcome: how the cycle ended; empty while it is under way, and outside of any.
        reason: of the outcome, or of the operator.
        ended_at: when the cycle ended.
        writer: the controller that wrote the event.
        confirmed: whether that controller went on afterwards, so that the version surely stands in history.
    """

    seq: int
    at: float
    version: str
    cause: Cause
    actor: str
    cycle: int | None = None
    values: dict[str, Value]
    changes: tuple[Moved, ...] = ()
    tried: tuple[Moved, ...] = ()
    rationale: str = ""
    predicted: tuple[Predicted, ...] = ()
    measured: tuple[Impact, ...] = ()
    verdict: str = ""
    outcome: str = ""
    reason: str = ""
    ended_at: float | None = None
    writer: str = ""
    confirmed: bool = False
