"""`vvtvctl controller`: the long-lived sidecar process."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click
from prometheus_client import CollectorRegistry

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.process import Process
from controller.wiring import Place
from exporter.endpoints import DEFAULT_ENDPOINTS


@click.group()
def controller() -> None:
    """Run the controller beside a service."""


@controller.command()
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), required=True, help="autopilot.yaml")
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), required=True, help="Journal and history.")
@click.option(
    "--parameters", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The live parameter file."
)
@click.option("--port", type=int, default=DEFAULT_ENDPOINTS.controller, show_default=True, help="Loopback port.")
def run(config: Path, state: Path, parameters: Path, port: int) -> None:
    r"""Run until SIGTERM: daily cycles, Alertmanager's webhook, /metrics, /healthz and /api/status.

    \b
    Example:
      vvtvctl controller run --config autopilot.yaml --state var/controller --parameters var/live.json
    """
    clock = Clock()

    def log(text: str) -> None:
        moment = datetime.fromtimestamp(clock.now(), UTC).isoformat(timespec="milliseconds")
        click.echo(f"{moment} {text}")

    settings = read_config(config)
    with Process(settings, Place(state, parameters), clock=clock, log=log, registry=CollectorRegistry()) as process:

        def stop(_number: int, _frame: FrameType | None) -> None:
            process.stop.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        with process.server(port) as server:
            log(f"listening on http://{server.host}:{server.port}")
            process.run()
