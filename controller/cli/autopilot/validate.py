"""`vvtvctl autopilot validate`: is a configuration right, and could some values be proposed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from controller.adapters.answer import PrometheusError
from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.cli import findings, options
from controller.config.config import Config
from controller.errors import ConfigError
from controller.setup.finding import Finding, Mark, Teller, worst
from controller.setup.patient import Patient
from controller.setup.validating import offline, proposed
from controller.setup.validating import online as asked
from exporter.parameters import ParameterError, Value

FAILED = 1


def _values(pairs: tuple[str, ...], config: Config) -> dict[str, Value]:
    """Return values by parameter, not yet held against any bound. Raises ConfigError."""
    found: dict[str, Value] = {}
    for pair in pairs:
        name, equals, text = (part.strip() for part in pair.partition("="))
        if name in found:
            raise ConfigError(f"--set {pair!r}: {name} is given a value twice")
        try:
            spec = config.specs.get(name)
            found[name] = text if spec.kind == "choice" else int(text) if spec.kind == "int" else float(text)
        except ParameterError as error:
            raise ConfigError(f"--set {pair!r}: {error}") from None
        except ValueError:
            raise ConfigError(f"--set {pair!r}: write it as name=value; {name} is a {spec.kind}") from None
        if not equals:
            raise ConfigError(f"--set {pair!r}: write it as name=value")
    return found


@click.command()
@click.option("--set", "sets", multiple=True, metavar="NAME=VALUE", help="Could this value be proposed now?")
@click.option("--online", is_flag=True, help="Also ask Prometheus whether every KPI has data.")
@options.config_option
@options.state_option
@options.json_option
def validate(sets: tuple[str, ...], config: Path | None, state: Path, *, online: bool, as_json: bool) -> None:
    """Check the configuration, values and bounds, the schedule, golden cases and the journal; with --set, some values.

    Nothing is changed, and without --online nobody is asked. Values of --set are held to every limit that a proposal of
    the autopilot has: hard and sliding bounds, an override, the largest step, the daily limit, golden cases. Exit 1
    when a check failed, 2 when the configuration cannot be read.

    \b
    Examples:
      vvtvctl autopilot validate
      vvtvctl autopilot validate --set temperature=0.7 --set top_k=15
      vvtvctl autopilot validate --config new.yaml --online
    """  # noqa: D301 - click reads the backspace character
    path = options.config_path(config, state)
    read = read_config(path)
    values = _values(sets, read)
    patient = Patient(read, path, state, options.place(state), Clock())
    found: list[Finding] = list(offline(patient))
    if values:
        found += proposed(patient, values)
    answers = True
    if online:
        try:
            found += asked(patient)
        except PrometheusError as error:
            answers = False
            found.append(Teller("data").fail(str(error), "vvtvctl doctor looks at the connection"))
    if as_json:
        options.print_json({"service": read.service, "config": path, **findings.document(found)})
    else:
        findings.show(found)
        click.echo(findings.summary(found, "valid"))
    if not answers:
        sys.exit(PrometheusError.exit_code)
    if worst(found) is Mark.FAIL:
        sys.exit(FAILED)
