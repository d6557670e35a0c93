"""`up`, `down` and `status`: the native stack on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from rich.console import Console
from rich.table import Table

from controller.errors import UnavailableError
from controller.stack import native
from controller.stack.layout import DEFAULT_STATE, Layout
from controller.stack.plan import PARTS
from controller.stack.servers import find_servers
from exporter.endpoints import DEFAULT_ENDPOINTS, LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from controller.stack.processes import Process

_Command = TypeVar("_Command", bound="Callable[..., Any]")
_HIGHEST_PORT: Final = 65_535
_NO_LIMIT: Final = 1000

_state_option = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_STATE,
    show_default=True,
    help="The folder that holds everything of the stack.",
)
_json_option = click.option("--json", "as_json", is_flag=True, help="For programs: JSON on stdout.")


def _port_options(command: _Command) -> _Command:
    """Add `--<part>-port` for each part."""
    for part in reversed(PARTS):
        default = getattr(DEFAULT_ENDPOINTS, part)
        option = click.option(
            f"--{part}-port",
            type=click.IntRange(1, _HIGHEST_PORT),
            metavar="N",
            help=f"Port of {part}, {default} by default.",
        )
        command = option(command)
    return command


@click.command()
@_state_option
@click.option(
    "--ports",
    type=click.Choice(["default", "free"]),
    default="default",
    show_default=True,
    help="The ports of the parts for which none is given.",
)
@_port_options
@_json_option
def up(state: Path, ports: str, *, as_json: bool, **given: int | None) -> None:
    """Start Prometheus, Alertmanager, the reference service, its LLM mock and the controller on loopback.

    Each part is started once the one before it is healthy. What runs already is left alone, what died is started
    again. Exit codes: 0 all run; 2 wrong option or configuration; 3 a part cannot start; 6 the state folder cannot be
    written.
    """
    chosen = {name.removesuffix("_port"): port for name, port in given.items() if port is not None}
    result = native.up(_layout(state), find_servers(), chosen, free=ports == "free")
    if as_json:
        _print_json(result.processes)
        return
    _print_table(result.processes)
    if result.started:
        click.echo(f"started: {', '.join(result.started)}")
    else:
        click.echo("already running; nothing to do")


@click.command()
@_state_option
@_json_option
def down(state: Path, *, as_json: bool) -> None:
    """Stop the stack in reverse order; data and logs stay.

    Exit codes: 0 nothing runs any more, or did; 3 a part cannot be stopped.
    """
    ends = native.down(_layout(state))
    if as_json:
        click.echo(json.dumps(ends))
    elif not ends:
        click.echo(f"nothing was started in {state}")
    for name, how in {} if as_json else ends.items():
        click.echo(f"{name}: {how}")


@click.command()
@_state_option
@_json_option
def status(state: Path, *, as_json: bool) -> None:
    """Say what runs where.

    Exit codes: 0 every part is healthy; 3 one is not, or nothing was started.
    """
    processes = native.status(_layout(state))
    if as_json:
        _print_json(processes)
    elif processes:
        _print_table(processes)
    if not processes:
        raise UnavailableError(f"nothing was started in {state}; start it with vvtvctl up")
    ill = [process.name for process in processes if not process.healthy()]
    missing = [part for part in PARTS if part not in {process.name for process in processes}]
    if ill or missing:
        raise UnavailableError(f"not healthy: {', '.join([*ill, *missing])}; see the logs, then run vvtvctl up")


COMMANDS: Final = (up, down, status)


def _layout(state: Path) -> Layout:
    return Layout(state.absolute())


def _row(process: Process) -> dict[str, object]:
    alive = process.alive()
    return {
        "name": process.name,
        "state": ("healthy" if process.healthy() else "unhealthy") if alive else "dead",
        "url": f"http://{LOOPBACK}:{process.port}",
        "port": process.port,
        "pid": process.pid,
        "log": str(process.log),
    }


def _print_json(processes: Sequence[Process]) -> None:
    click.echo(json.dumps([_row(process) for process in processes], indent=2))


def _print_table(processes: Sequence[Process]) -> None:
    colours = {"healthy": "green", "unhealthy": "yellow", "dead": "red"}
    table = Table("part", "state", "url", "pid", "log", box=None, pad_edge=False)
    for process in processes:
        row = _row(process)
        state = str(row["state"])
        table.add_row(
            process.name,
            f"[{colours[state]}]{state}[/]",
            str(row["url"]),
            str(process.pid),
            _short(process.log),
        )
    Console(width=_NO_LIMIT).print(table)  # a path that is cut to the terminal's width cannot be copied


def _short(path: Path) -> str:
    """Return a path as one would type it from here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
