"""`vvtvctl service`: run the reference service and the LLM mock, and switch the mock's faults. Parse and wire only."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Final, get_args

import click
import requests

from components.llm.faults import Faults, Mode
from components.llm.mock import run_mock
from components.service import DEFAULT_RATE, DEFAULT_WINDOW, Clocks, ServiceSettings, serve
from exporter.endpoints import DEFAULT_ENDPOINTS
from exporter.server import PortInUseError

_CLOCKS: Final = Clocks(wall=time.time, monotonic=time.monotonic)  # noqa: TID251 - the process's own shell reads the clock
_PORT: Final = click.IntRange(0, 65535)


@click.group()
def service() -> None:
    """Run the reference service, which the autopilot pilots, and the LLM mock that it calls."""


@service.command()
@click.option(
    "--parameters",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Live parameter file; it may appear later.",
)
@click.option(
    "--port",
    type=_PORT,
    default=DEFAULT_ENDPOINTS.service,
    show_default=True,
    help="Port of /metrics on loopback; 0 picks a free one.",
)
@click.option(
    "--llm-url",
    default=DEFAULT_ENDPOINTS.url("llm"),
    show_default=True,
    help="Base address of an OpenAI-compatible server.",
)
@click.option(
    "--rate",
    type=click.FloatRange(0, 100_000, min_open=True),
    default=DEFAULT_RATE,
    show_default=True,
    help="Selections per second.",
)
@click.option(
    "--window",
    type=click.FloatRange(0, 86_400, min_open=True),
    default=DEFAULT_WINDOW,
    show_default=True,
    help="Length of the tumbling diversity windows in seconds; best the scrape interval.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of library, traffic and noise."
)
def run(*, parameters: Path, port: int, llm_url: str, rate: float, window: float, seed: int) -> None:
    """Run the service until SIGTERM or Ctrl-C.

    \b
    Example:
      vvtvctl service run --parameters var/live.json --window 1 --rate 300
    """  # noqa: D301 - click reads the backspace character: keep these lines as they are
    settings = ServiceSettings(parameters=parameters, port=port, llm_url=llm_url, rate=rate, window=window, seed=seed)
    try:
        asyncio.run(serve(settings, _CLOCKS, click.echo))
    except PortInUseError as error:
        raise click.ClickException(str(error.strerror)) from None


@service.command("llm-mock")
@click.option(
    "--port",
    type=_PORT,
    default=DEFAULT_ENDPOINTS.llm,
    show_default=True,
    help="Port on loopback; 0 picks a free one.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of answers and latencies.")
def llm_mock(port: int, seed: int) -> None:
    """Run an OpenAI-compatible LLM server with switchable faults.

    \b
    Example:
      vvtvctl service llm-mock --port 9465
    """  # noqa: D301 - click reads the backspace character: keep these lines as they are
    try:
        asyncio.run(run_mock(port, seed, click.echo))
    except PortInUseError as error:
        raise click.ClickException(str(error.strerror)) from None


@service.command()
@click.option("--url", default=DEFAULT_ENDPOINTS.url("llm"), show_default=True, help="Base address of the LLM mock.")
@click.option("--mode", type=click.Choice(get_args(Mode)), help="The fault; without it, only tell the one in force.")
@click.option(
    "--rate", type=click.FloatRange(0, 1), default=1.0, show_default=True, help="Share of calls that it hits."
)
@click.option("--seconds", type=click.FloatRange(0, 3600), help="How long hang and slow take [default: 60 and 0.5].")
def faults(url: str, mode: Mode | None, rate: float, seconds: float | None) -> None:
    """Set or show the fault of the LLM mock.

    \b
    Examples:
      vvtvctl service faults --mode error
      vvtvctl service faults --mode slow --rate 0.5 --seconds 2
      vvtvctl service faults --mode none
    """  # noqa: D301 - click reads the backspace character: keep these lines as they are
    address = url.rstrip("/") + "/faults"
    try:
        if mode is None:
            response = requests.get(address, timeout=5)
        else:
            response = requests.post(address, json=Faults(mode, rate, seconds).document(), timeout=5)
        response.raise_for_status()
        click.echo(json.dumps(response.json()))
    except requests.RequestException as error:
        raise click.ClickException(
            f"{address}: no answer ({type(error).__name__}); is the LLM mock running? `vvtvctl status` tells its URL"
        ) from None
