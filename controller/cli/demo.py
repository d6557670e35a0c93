"""`vvtvctl demo`: the shows on a live stack of their own."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from controller.cli import options, tables
from controller.stack.signals import handled
from controller.trials.demo.run import run_demo
from controller.trials.demo.show import LOOP, SHOWS


def _interrupt() -> None:
    raise KeyboardInterrupt


@click.command()
@click.argument("show", type=click.Choice(tuple(SHOWS)), default=LOOP.name)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder for summary.json, report.html, dashboards, logs; it is emptied first."
    "  [default: var/demo, for operate var/demo-operate]",
)
@options.json_option
def demo(show: str, out: Path | None, *, as_json: bool) -> None:
    """Play a SHOW on a live stack of its own.

    \b
    loop     the closed loop, about four minutes: Watch, Improve, Protect, Page, Survive
    operate  what operators live with, about a minute and a half: Distrust, Return, Halt, Unwind

    Each act is judged by what Prometheus, Alertmanager and the journal say. Exit 0 when all passed, 1 when one failed.
    Nothing keeps running afterwards.

    \b
    Example:
      vvtvctl demo
      vvtvctl demo operate --out /tmp/operate
    """  # noqa: D301 - click reads the backspace character
    folder = out or Path("var/demo" if show == LOOP.name else f"var/demo-{show}")
    console = tables.console(stderr=as_json)
    with handled((signal.SIGTERM,), _interrupt):
        summary = run_demo(folder, console, SHOWS[show])
    if as_json:
        options.print_json(summary)
    passed = sum(act["passed"] for act in summary["acts"])
    console.print()
    console.print(f"{passed} of {len(summary['acts'])} acts passed in {summary['seconds']:.0f} s")
    found = {"report": "report.html", "summary": "summary.json", "dashboards": "dashboards"}
    console.print("   ".join(f"{what}: {folder / name}" for what, name in found.items()))
    sys.exit(0 if summary["passed"] else 1)
