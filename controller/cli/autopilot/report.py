"""`vvtvctl autopilot report`: what was found, tried, predicted and measured, as Markdown or JSON."""

from __future__ import annotations

from pathlib import Path

import click

from controller.adapters.answer import PrometheusError
from controller.adapters.atomic import write_atomic
from controller.adapters.evidence import PrometheusEvidence
from controller.adapters.prometheus import Prometheus
from controller.cli import options
from controller.cli.autopilot.desk import desk_of
from controller.cli.say import say, say_lines
from controller.config.config import Config
from controller.connection import connection
from controller.cycle.observe import aims, found
from controller.decide.analysis.analyse import Analysis, analyse
from controller.journal import event as ev
from controller.journal.event import Event
from controller.report.document import document, markdown
from controller.report.material import Material, Seen


@click.command()
@click.option("--last", default="7d", show_default=True, metavar="TIME", help="The period up to now, e.g. 12h or 7d.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write it to this file.")
@options.config_option
@options.state_option
@options.json_option
def report(last: str, out: Path | None, config: Path | None, state: Path, *, as_json: bool) -> None:
    """Report what the KPIs say now, what was tried in a period, and how predictions compare with what was measured.

    Markdown, or JSON with --json. Without Prometheus the findings are those of the last cycle, and the report says so.

    \b
    Examples:
      vvtvctl autopilot report
      vvtvctl autopilot report --last 30d --out report.md
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    now, period = desk.clock.now(), options.duration("--last", last)
    events = desk.events()
    made = Material(desk.config, events, now - period, now, _seen(desk.config, events, now))
    shown = options.json_text(document(made)) + "\n" if as_json else markdown(made)
    if out is None:
        say_lines(shown, nl=False)
        return
    write_atomic(out, shown.encode("utf-8", "replace"))
    say(f"{out}: {last}, {len(shown)} characters")


def _seen(config: Config, events: tuple[Event, ...], now: float) -> Seen:
    """Return the analysis of now, or that of the last cycle when Prometheus cannot be asked."""
    window = config.schedule.analysis_window
    try:
        analysis = _analysis(config, now, window)
    except PrometheusError as error:
        return _before(events, f"Prometheus cannot be asked ({error})")
    note = "As Prometheus has it now."
    if analysis.blocked is not None:
        note += f" A cycle would not go on: {analysis.blocked}."
    return Seen(now, window, analysis.texts, tuple(found(item) for item in analysis.findings), note)


def _analysis(config: Config, now: float, window: float) -> Analysis:
    with Prometheus(connection(config)) as client:
        evidence = PrometheusEvidence(config, client)
        return analyse(
            config.judged,
            evidence.levels(now, window),
            evidence.levels(now - window, window),
            evidence.courses(now, window),
            aims(config),
        )


def _before(events: tuple[Event, ...], why: str) -> Seen:
    """Return the analysis of the last cycle that came so far."""
    window: float | None = None
    last = Seen(None, None, (), (), f"{why}, and no cycle has analysed anything yet.")
    for event in events:
        if isinstance(event.payload, ev.Observed):
            window = event.payload.window
        elif isinstance(event.payload, ev.Analysed):
            note = f"{why}: these are the findings of cycle {event.payload.cycle}."
            last = Seen(event.at, window, event.payload.findings, event.payload.details, note)
    return last
