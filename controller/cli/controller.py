"""`vvtvctl controller`: the long-lived sidecar process."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from pathlib import Path

import click
from prometheus_client import CollectorRegistry

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.errors import UnavailableError
from controller.process import Process
from controller.stack.signals import handled
from controller.wiring import Place
from exporter.endpoints import DEFAULT_ENDPOINTS
from exporter.server import PortInUseError


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
def run(config: Path, state: Path, parameters: Path, port: int) -> None:
    """Run until SIGTERM: daily cycles, Alertmanager's webhook, /metrics, /healthz and /api/status.

    \b
    Example:
      vvtvctl controller run --config autopilot.yaml --state var/controller --parameters var/live.json
    """  # noqa: D301 - click reads the backspace character
    clock = Clock()

    def log(text: str) -> None:
        moment = datetime.fromtimestamp(clock.now(), UTC).isoformat(timespec="milliseconds")
        click.echo(f"{moment} {text}")

    settings = read_config(config)
    with Process(settings, Place(state, parameters), clock=clock, log=log, registry=CollectorRegistry()) as process:
        try:
            with handled((signal.SIGTERM, signal.SIGINT), process.stop.set), process.server(port) as server:
                log(f"listening on http://{server.host}:{server.port}")
                process.run()
        except PortInUseError as error:
            raise UnavailableError(f"{error.strerror} with --port") from None
