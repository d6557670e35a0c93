"""The live parameter file of a place: few imports, for commands that only read it."""

from __future__ import annotations

from controller.adapters.history import History
from controller.adapters.live_store import LiveFileStore
from controller.config.config import Config
from controller.place import Place


def live_store(config: Config, place: Place) -> LiveFileStore:
    """Return the live parameter file with its history."""
    return LiveFileStore(place.parameters, History(place.history), config.specs)
