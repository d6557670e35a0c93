"""`vvtvctl doctor`: is everything in place for a canary, and what to do where it is not."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.cli import findings, options
from controller.cli.say import say
from controller.errors import UnavailableError
from controller.setup.checks import CONNECTION
from controller.setup.checks.running import START
from controller.setup.examine import examine
from controller.setup.finding import Mark, worst
from controller.setup.patient import Patient

FAILED = 1


@click.command()
@click.option("--timeout", default="60s", show_default=True, help="Time that all checks together may take.")
@options.config_option
@options.state_option
@options.json_option
def doctor(timeout: str, config: Path | None, state: Path, *, as_json: bool) -> None:
    """Check everything that a canary needs, and say what to do about what is missing.

    Looks at Prometheus, arms and labels, scrapes, history, detectable effects, clocks, files, disk, golden cases, the
    controller and Alertmanager. Changes nothing. Exit 1 when a check failed, 3 when Prometheus does not answer.

    \b
    Example:
      vvtvctl doctor --config autopilot.yaml
    """  # noqa: D301 - click reads the backspace character
    seconds = options.duration("--timeout", timeout)
    path = options.config_path(config, state)
    patient = Patient(read_config(path), path, state, options.place(state), Clock())
    found = tuple(examine(patient, seconds))
    if as_json:
        options.print_json({"service": patient.config.service, "config": path, **findings.document(found)})
    else:
        say(f"{patient.config.service}, as {path} describes it")
        findings.show(found)
        click.echo(findings.summary(found, "ready"))
        for start in (finding.figures[START] for finding in found if START in finding.figures):
            say(f"to start a controller: {start}")
    if any(finding.check == CONNECTION and finding.mark is Mark.FAIL for finding in found):
        sys.exit(UnavailableError.exit_code)
    if worst(found) is Mark.FAIL:
        sys.exit(FAILED)
