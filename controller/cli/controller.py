"""`vvtvctl controller`: the long-lived sidecar process."""

from __future__ import annotations

import errno
import signal
from functools import partial
from pathlib import Path

import click
from prometheus_client import CollectorRegistry

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.cli.narrate import sentence
from controller.cli.stopper import Stopper
from controller.errors import UnavailableError
from controller.log import Entry, as_json, as_text
from controller.place import Place
from controller.process import Process
from controller.stack.signals import handled
from exporter.endpoints import DEFAULT_ENDPOINTS
from exporter.server import PortInUseError

UNWRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""A full disk, or a terminal that is gone: the log loses lines, and the controller goes on; the journal has it all."""


@click.group()
def controller() -> None:
    """Run the controller beside a service."""


@controller.command()
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), required=True, help="autopilot.yaml")
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), required=True, help="Journal and history.")
@click.option(
    "--parameters", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The live parameter file."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_ENDPOINTS.controller,
    show_default=True,
    help="Loopback port.",
)
@click.option(
    "--log-format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="Lines for people, or one JSON object a line.",
)
def run(config: Path, state: Path, parameters: Path, port: int, log_format: str) -> None:
    """Run until SIGTERM: scheduled cycles and jobs, Alertmanager's webhook, and HTTP for Prometheus and probes.

    It serves /metrics, /healthz (alive), /readyz (does its work) and /api/status. SIGTERM or SIGINT ends it after the
    step under way, a second one at once; SIGHUP makes it read the configuration again.

    \b
    Example:
      vvtvctl controller run --config autopilot.yaml --state var/controller --parameters var/live.json
      vvtvctl controller run --config autopilot.yaml --state var/controller --parameters var/live.json --log-format json
    """  # noqa: D301 - click reads the backspace character
    clock = Clock()
    shown = as_json if log_format == "json" else as_text

    def log(entry: Entry) -> None:
        try:
            click.echo(shown(entry, clock.now()))
        except OSError as error:
            if error.errno not in UNWRITTEN:
                raise

    settings, place = read_config(config), Place(state, parameters)
    registry, source = CollectorRegistry(), partial(read_config, config)
    with Process(settings, place, clock=clock, log=log, registry=registry, source=source, narrate=sentence) as process:
        stopper = Stopper(process.stop, log)
        try:
            with (
                handled((signal.SIGTERM, signal.SIGINT), stopper.told),
                handled((signal.SIGHUP,), process.reload.set),
                process.server(port) as server,
            ):
                log(Entry(f"listening on http://{server.host}:{server.port}", event="listening"))
                process.run()
        except PortInUseError as error:
            raise UnavailableError(f"{error.strerror} with --port") from None
