"""`vvtvctl demo`: the closed loop in five acts."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from controller.cli import options, tables
from controller.stack.signals import handled
from controller.trials.demo.run import run_demo


def _interrupt() -> None:
    raise KeyboardInterrupt


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/demo"),
    show_default=True,
    help="Folder for summary.json, report.html, dashboards, logs; it is emptied first.",
)
@options.json_option
def demo(out: Path, *, as_json: bool) -> None:
    """Play the closed loop in five acts on a live stack of its own, in about four minutes.

    Watch, Improve, Protect, Page, Survive: each act is judged by what Prometheus, Alertmanager and the journal say.
    Exit 0 when all passed, 1 when one failed. Nothing keeps running afterwards.

    \b
    Example:
      vvtvctl demo --out var/demo
    """  # noqa: D301 - click reads the backspace character
    console = tables.console(stderr=as_json)
    with handled((signal.SIGTERM,), _interrupt):
        summary = run_demo(out, console)
    if as_json:
        options.print_json(summary)
    passed = sum(act["passed"] for act in summary["acts"])
    console.print()
    console.print(f"{passed} of {len(summary['acts'])} acts passed in {summary['seconds']:.0f} s")
    console.print(f"report: {out / 'report.html'}   summary: {out / 'summary.json'}   dashboards: {out / 'dashboards'}")
    sys.exit(0 if summary["passed"] else 1)
