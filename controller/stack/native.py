"""Up, down and status of the detached stack of a state folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from controller.errors import ConfigError
from controller.stack.files import make_folders, write_files
from controller.stack.locks import file_lock
from controller.stack.plan import PARTS, plan
from controller.stack.ports import check_port, free_endpoints
from controller.stack.processes import HEALTH_DEADLINE, Process, StartError, start_detached, stop, wait_healthy
from controller.stack.signals import held_back
from controller.stack.state import StackState, read_state, write_state
from exporter.endpoints import DEFAULT_ENDPOINTS, Endpoints
from exporter.timing import PRODUCTION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from controller.stack.layout import Layout
    from controller.stack.plan import ProcessSpec
    from controller.stack.servers import Servers

_WAITING: Final = "waiting for another vvtvctl up or down of this state folder"


@dataclass(frozen=True)
class Started:
    """What `up` found and did: every process, and the names of those it had to start."""

    processes: tuple[Process, ...]
    started: tuple[str, ...]


def up(
    layout: Layout,
    servers: Servers,
    ports: Mapping[str, int],
    *,
    free: bool = False,
    deadline: float = HEALTH_DEADLINE,
    tell: Callable[[str], None] = lambda _text: None,
) -> Started:
    """Start every part that does not run yet, in order, each once the one before is healthy; return when all are.

    Args:
        layout: the state folder.
        servers: the programs.
        ports: given ports by part; the others are those of the stack that runs here, else free or default ones.
        free: whether to choose free ports instead of default ones.
        deadline: seconds for each part to become healthy.
        tell: takes a line for people before each step that may take a while.

    Raises:
        AutopilotError: a branch of it that says why. Unless it is about a part that ran before, what this call had
            started is stopped again.
    """
    make_folders(layout)
    with file_lock(layout.lock, waiting=lambda: tell(_WAITING)):
        state = read_state(layout)
        alive = {process.name: process for process in state.alive()} if state else {}
        endpoints = _endpoints(state.endpoints if state and alive else None, ports, free=free)
        specs = plan(endpoints, layout, servers)
        missing = [spec for spec in specs if spec.name not in alive]
        if missing:
            for spec in missing:
                check_port(spec.port, spec.name)
            edited = layout.autopilot if state is not None and layout.autopilot.is_file() else None
            write_files(layout, endpoints, PRODUCTION, autopilot=edited)  # what `config edit` wrote outlives a crash
            alive = _start(layout, endpoints, specs, alive, deadline=deadline, tell=tell)
    for spec in specs:
        _answers(alive[spec.name], deadline)
    return Started(tuple(alive[spec.name] for spec in specs), tuple(spec.name for spec in missing))


def down(layout: Layout) -> dict[str, str]:
    """Stop the stack in reverse order; return how each part ended, by name. Empty when nothing was started here."""
    if read_state(layout) is None:
        return {}
    with file_lock(layout.lock):
        state = read_state(layout)
        processes = state.processes if state else ()
        ends = {process.name: stop(process) for process in reversed(processes)}
        write_state(layout, None)
    return ends


def status(layout: Layout) -> tuple[Process, ...]:
    """Return the processes that were started here and not stopped, whether they still run or not."""
    state = read_state(layout)
    return state.processes if state else ()


def _start(
    layout: Layout,
    endpoints: Endpoints,
    specs: Sequence[ProcessSpec],
    alive: Mapping[str, Process],
    *,
    deadline: float,
    tell: Callable[[str], None],
) -> dict[str, Process]:
    running = dict(alive)
    started: list[Process] = []
    try:
        for spec in specs:
            if spec.name in running:
                continue
            tell(f"starting {spec.name}")
            with held_back():  # a part that is started is recorded, even if Ctrl-C comes in between
                process = start_detached(spec, layout.logs)
                running[spec.name] = process
                started.append(process)
                _write(layout, endpoints, specs, running)  # before it is healthy: whatever happens, `down` knows it
            wait_healthy(process, deadline=deadline)
    except BaseException:  # Ctrl-C too: an `up` that failed leaves nothing behind that it started
        tell("stopping what was started")
        for process in reversed(started):
            stop(process)
        _write(layout, endpoints, specs, alive)
        raise
    return running


def _answers(process: Process, deadline: float) -> None:
    """Make sure that a part, also one that ran before, is healthy."""
    try:
        wait_healthy(process, deadline=deadline)
    except StartError as error:
        advice = (
            f"It was left alone. Give it time, or end it (kill {process.pid}, kill -9 if need be) and start it again."
        )
        raise StartError(f"{error}\n{advice}") from None


def _write(layout: Layout, endpoints: Endpoints, specs: Sequence[ProcessSpec], running: Mapping[str, Process]) -> None:
    processes = tuple(running[spec.name] for spec in specs if spec.name in running)
    write_state(layout, StackState(endpoints, processes) if processes else None)


def _endpoints(current: Endpoints | None, ports: Mapping[str, int], *, free: bool) -> Endpoints:
    if current is None:
        chosen = replace(free_endpoints() if free else DEFAULT_ENDPOINTS, **ports)
        _distinct(chosen)
        return chosen
    for part, port in ports.items():
        running = getattr(current, part)
        if running != port:
            raise ConfigError(
                f"the stack of this state folder runs with {part} on port {running}, not {port}. "
                "Stop it first (vvtvctl down), or choose another folder with --state."
            )
    return current


def _distinct(endpoints: Endpoints) -> None:
    parts: dict[int, str] = {}
    for part in PARTS:
        port = getattr(endpoints, part)
        other = parts.setdefault(port, part)
        if other != part:
            raise ConfigError(f"{other} and {part} cannot both listen on port {port}; set --{part}-port to another")
