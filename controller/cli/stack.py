"""`up`, `down` and `status`: the native stack on this machine."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from rich.console import Console
from rich.table import Table

from controller.adapters.config_file import read_config
from controller.cli.options import json_option, state_option
from controller.cli.say import say_lines
from controller.errors import UnavailableError
from controller.place import JOURNAL
from controller.stack import native
from controller.stack.checkout import checkout
from controller.stack.files import AUTOPILOT
from controller.stack.layout import DEFAULT_STATE, Layout
from controller.stack.plan import PARTS
from controller.stack.processes import HEALTH_DEADLINE, log_tail
from controller.stack.servers import find_servers
from exporter.endpoints import DEFAULT_ENDPOINTS, LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from controller.stack.processes import Process

_Row = dict[str, object]
_Command = TypeVar("_Command", bound="Callable[..., Any]")
_HIGHEST_PORT: Final = 65_535
_NO_LIMIT: Final = 1000
_LINES: Final = 3
_HEALTHY: Final = "healthy"
_UNHEALTHY: Final = "unhealthy"
_COLOURS: Final = {_HEALTHY: "green", _UNHEALTHY: "yellow", "dead": "red"}


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
@state_option
@click.option(
    "--ports",
    type=click.Choice(["default", "free"]),
    default="default",
    show_default=True,
    help="The ports of the parts for which none is given.",
)
@click.option(
    "--wait",
    type=click.FloatRange(min=1),
    default=HEALTH_DEADLINE,
    show_default=True,
    metavar="SECONDS",
    help="How long each part may take to become healthy: Prometheus reads a long log after a crash.",
)
@_port_options
@json_option
def up(state: Path, ports: str, wait: float, *, as_json: bool, **given: int | None) -> None:
    """Start Prometheus, Alertmanager, the reference service, its LLM mock and the controller on loopback.

    Each part is started once the one before it is healthy. What runs already is left alone, what died is started
    again. Exit codes: 0 all are healthy; 2 wrong option or configuration; 3 a part cannot start or does not answer;
    6 the state folder cannot be written.

    \b
    Example:
      vvtvctl up --ports free
    """  # noqa: D301 - click reads the backspace character
    chosen = {name.removesuffix("_port"): port for name, port in given.items() if port is not None}

    def tell(text: str) -> None:
        if not as_json:
            say_lines(text, err=True)

    read_config(checkout() / AUTOPILOT)  # a mistake is reported in the file to mend, not in the stack's copy of it
    result = native.up(_layout(state), find_servers(), chosen, free=ports == "free", deadline=wait, tell=tell)
    rows = [_row(process) for process in result.processes]
    if as_json:
        _print_json(rows)
        return
    _print_table(rows)
    click.echo(f"started: {', '.join(result.started)}" if result.started else "already running; nothing to do")
    click.echo(f"next: {_command('autopilot status', state)}   to stop: {_command('down', state)}")


@click.command()
@state_option
@json_option
def down(state: Path, *, as_json: bool) -> None:
    """Stop the stack in reverse order; data and logs stay.

    Exit codes: 0 nothing runs any more, or did; 3 a part cannot be stopped.

    \b
    Example:
      vvtvctl down
    """  # noqa: D301 - click reads the backspace character
    ends = native.down(_layout(state))
    if as_json:
        click.echo(json.dumps(ends))
    elif not ends:
        click.echo(f"nothing was started in {state}")
    for name, how in {} if as_json else ends.items():
        say_lines(f"{name}: {how}")


@click.command()
@state_option
@json_option
def status(state: Path, *, as_json: bool) -> None:
    """Say what runs where.

    Exit codes: 0 every part is healthy; 3 one is not, or nothing was started.

    \b
    Example:
      vvtvctl status --json
    """  # noqa: D301 - click reads the backspace character
    processes = {process.name: process for process in native.status(_layout(state))}
    rows = [_row(process) for process in processes.values()]
    if as_json:
        _print_json(rows)
    elif rows:
        _print_table(rows)
    again = _command("up", state)
    if not rows:
        own = (_layout(state).controller / JOURNAL).exists()
        journal = f" (what its journal says: {_command('autopilot status', state)})" if own else ""
        raise UnavailableError(f"no stack runs in {state}{journal}; start one with {again}")
    ill = {str(row["name"]): row["state"] for row in rows if row["state"] != _HEALTHY}
    ill |= {part: "not started" for part in PARTS if part not in processes}
    if ill:
        tails = [f"{name}: {log_tail(processes[name], _LINES)}" for name in ill if name in processes]
        named = ", ".join(f"{name} ({how})" for name, how in ill.items())
        hung = [f"kill -9 {row['pid']}" for row in rows if row["state"] == _UNHEALTHY]
        kill = [f"What runs and does not answer may still be starting; if it hangs: {'; '.join(hung)}"] if hung else []
        ends = [*tails, *kill, f"To start what is dead: {again}"]
        raise UnavailableError("\n".join([f"not healthy: {named}", *ends]))


COMMANDS: Final = (up, down, status)


def _layout(state: Path) -> Layout:
    return Layout(state.absolute())


def _command(command: str, state: Path) -> str:
    """Return a command as it must be typed for this state folder."""
    return f"vvtvctl {command}" + ("" if state == DEFAULT_STATE else f" --state {shlex.quote(str(state))}")


def _row(process: Process) -> _Row:
    return {
        "name": process.name,
        "state": _HEALTHY if process.healthy() else _UNHEALTHY if process.alive() else "dead",
        "url": f"http://{LOOPBACK}:{process.port}",
        "port": process.port,
        "pid": process.pid,
        "log": str(process.log),
    }


def _print_json(rows: Sequence[_Row]) -> None:
    click.echo(json.dumps(rows, indent=2))


def _print_table(rows: Sequence[_Row]) -> None:
    table = Table("part", "state", "url", "pid", "log", box=None, pad_edge=False)
    for row in rows:
        state = f"[{_COLOURS[str(row['state'])]}]{row['state']}[/]"
        table.add_row(str(row["name"]), state, str(row["url"]), str(row["pid"]), _short(Path(str(row["log"]))))
    Console(width=_NO_LIMIT).print(table)  # a path that is cut to the terminal's width cannot be copied


def _short(path: Path) -> str:
    """Return a path as one would type it from here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
