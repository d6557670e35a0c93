"""The canaries that a stack's journal knows of."""

from __future__ import annotations

from pathlib import Path

from controller.adapters.clock import Clock
from controller.cli import options
from controller.config.config import Config
from controller.desk.desk import Desk
from controller.replay.ran import Ran, canaries


def known_canaries(config: Config, state: Path, clock: Clock) -> dict[str, Ran] | None:
    """Return the canaries of the stack's journal by name; None when there is no journal. Raises IntegrityError."""
    desk = Desk(config, options.place(state), clock, options.actor())
    return canaries(desk.events(), clock.now()) if desk.place.journal.exists() else None
