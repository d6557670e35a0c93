"""The desk that every command of `vvtvctl autopilot` asks."""

from __future__ import annotations

from pathlib import Path

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.cli import options
from controller.desk import Desk


def desk_of(config: Path | None, state: Path) -> Desk:
    """Return the desk of a stack, with or without a journal. Raises ConfigError."""
    return Desk(read_config(options.config_path(config, state)), options.place(state), Clock(), options.actor())
