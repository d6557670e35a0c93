"""`vvtvctl canary serve`: the judge over HTTP."""

from __future__ import annotations

import signal
import threading
from contextlib import ExitStack
from pathlib import Path

import click
from aiohttp import web
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.adapters.prometheus import Prometheus
from controller.api import flagger, gate
from controller.api import judge as documents
from controller.connection import connection
from controller.errors import UnavailableError
from controller.judging.live import LiveJudge
from controller.stack.signals import handled
from exporter.endpoints import LOOPBACK
from exporter.server import MetricsServer, PortInUseError

PORT = 9467


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="TCP port; 0: a free one.")
@click.option(
    "--host", default=LOOPBACK, show_default=True, help="Interface. There is no login: open it to a cluster only."
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="autopilot.yaml, for the gate: whose KPIs in which Prometheus. Without it only documents are judged.",
)
def serve(port: int, host: str, config: Path | None) -> None:
    """Judge canaries over HTTP until SIGTERM: documents, and what runs now for Argo Rollouts and Flagger.

    \b
    Examples:
      vvtvctl canary serve --port 0
      vvtvctl canary serve --host 0.0.0.0 --config autopilot.yaml
    """  # noqa: D301 - click reads the backspace character
    stop = threading.Event()
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    with ExitStack() as stack:
        routes = _routes(config, stack)
        try:
            stack.enter_context(handled((signal.SIGTERM, signal.SIGINT), stop.set))
            server = stack.enter_context(MetricsServer(registry, port, host=host, routes=routes))
        except PortInUseError as error:
            raise UnavailableError(f"{error.strerror} with --port") from None
        click.echo(f"listening on http://{server.host}:{server.port}")
        stop.wait()
    click.echo("stopped")


def _routes(config: Path | None, stack: ExitStack) -> tuple[web.RouteDef, ...]:
    judged = documents.routes(documents.Turns())
    if config is None:
        return (*judged, *_absent())
    settings = read_config(config)
    prometheus = stack.enter_context(Prometheus(connection(settings)))
    looks = documents.Turns(at_once=1)  # of their own: a slow Prometheus must not hold up documents
    opened = gate.Gate(LiveJudge(settings, prometheus), looks, Clock())
    return (*judged, *gate.routes(opened), *flagger.routes(opened))


def _absent() -> tuple[web.RouteDef, ...]:
    """Return routes that say why there is no gate."""

    async def say(_request: web.Request) -> web.Response:
        return documents.refused(501, "no gate here: start `vvtvctl canary serve` with --config autopilot.yaml")

    paths = (gate.GATE_PATH, *(flagger.FLAGGER_PATH + hook for hook in flagger.HOOKS))
    return tuple(web.route("*", path, say) for path in paths)
