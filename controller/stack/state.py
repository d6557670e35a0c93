"""processes.json: which processes of a state folder are ours. Written atomically, read with suspicion."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from controller.adapters.atomic import write_atomic
from controller.errors import IntegrityError, StorageError
from controller.stack.processes import Process
from exporter.endpoints import Endpoints

if TYPE_CHECKING:
    from controller.stack.layout import Layout


@dataclass(frozen=True)
class StackState:
    """The ports that were chosen and the processes that were started, in start order."""

    endpoints: Endpoints
    processes: tuple[Process, ...] = field(default_factory=tuple)

    def alive(self) -> tuple[Process, ...]:
        """Return the processes that still run."""
        return tuple(process for process in self.processes if process.alive())


_FILE = TypeAdapter(StackState)


def read_state(layout: Layout) -> StackState | None:
    """Return what `write_state` wrote, or None if nothing was started here.

    Raises:
        IntegrityError: the file is not what we wrote.
        StorageError: it cannot be read.
    """
    try:
        text = layout.processes.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StorageError(f"cannot read {layout.processes}: {error}") from error
    try:
        return _FILE.validate_json(text)
    except ValidationError as error:
        raise IntegrityError(
            f"{layout.processes} is damaged, so it is unknown which processes are ours: {error}\n"
            "Look for leftovers with `ps x`, stop them, then delete the file."
        ) from error


def write_state(layout: Layout, state: StackState | None) -> None:
    """Replace the file in one step; None removes it."""
    if state is None:
        try:
            layout.processes.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"cannot remove {layout.processes}: {error.strerror}. Remove it by hand.") from error
    else:
        write_atomic(layout.processes, _FILE.dump_json(state, indent=2) + b"\n")
