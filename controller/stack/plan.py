"""What runs: endpoints, layout and servers -> process specifications, in start order. Pure.

The native stack runs these specifications, the Compose file is made from them, so both run the same commands.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from controller.stack.layout import Layout
    from controller.stack.servers import Servers
    from exporter.endpoints import Endpoints

PARTS: Final = ("llm", "prometheus", "alertmanager", "controller", "service")
"""The parts of the native stack in start order: the controller writes the live parameters that the service reads.

Grafana runs in Compose only.
"""

_VVTVCTL: Final = (sys.executable, "-m", "controller.cli.main")


@dataclass(frozen=True)
class ProcessSpec:
    """One process: what to run, where it listens on loopback, and how it says that it is ready.

    `program` is how the program is called on this machine; `arguments` mean the same anywhere.
    """

    name: str
    program: tuple[str, ...]
    arguments: tuple[str, ...]
    port: int
    health_path: str

    @property
    def argv(self) -> tuple[str, ...]:
        """The whole command line."""
        return (*self.program, *self.arguments)

    @property
    def log_name(self) -> str:
        """The log file's name in the layout's `logs`."""
        return f"{self.name}.log"


def plan(endpoints: Endpoints, layout: Layout, servers: Servers) -> tuple[ProcessSpec, ...]:
    """Return the stack's processes; each may rely on those before it."""
    return (
        _ours("llm", endpoints.llm, "service", "llm-mock"),
        _prometheus(endpoints, layout, servers),
        _alertmanager(endpoints, layout, servers),
        _ours(
            "controller",
            endpoints.controller,
            *("controller", "run"),
            *("--config", str(layout.autopilot)),
            *("--state", str(layout.controller)),
            *("--parameters", str(layout.live_parameters)),
            health="/readyz",
        ),
        _ours(
            "service",
            endpoints.service,
            *("service", "run"),
            *("--parameters", str(layout.live_parameters)),
            *("--llm-url", endpoints.url("llm")),
        ),
    )


def _ours(name: str, port: int, *arguments: str, health: str = "/healthz") -> ProcessSpec:
    return ProcessSpec(name, _VVTVCTL, (*arguments, "--port", str(port)), port, health)


def _prometheus(endpoints: Endpoints, layout: Layout, servers: Servers) -> ProcessSpec:
    arguments = (
        f"--config.file={layout.prometheus_config}",
        f"--storage.tsdb.path={layout.prometheus}",
        "--storage.tsdb.retention.time=30d",
        f"--web.listen-address={endpoints.address('prometheus')}",
        "--log.level=warn",
    )
    return ProcessSpec("prometheus", (str(servers.prometheus),), arguments, endpoints.prometheus, "/-/ready")


def _alertmanager(endpoints: Endpoints, layout: Layout, servers: Servers) -> ProcessSpec:
    arguments = (
        f"--config.file={layout.alertmanager_config}",
        f"--storage.path={layout.alertmanager}",
        f"--web.listen-address={endpoints.address('alertmanager')}",
        "--cluster.listen-address=",  # empty: a lone Alertmanager opens no gossip port
        "--log.level=warn",
    )
    return ProcessSpec("alertmanager", (str(servers.alertmanager),), arguments, endpoints.alertmanager, "/-/ready")
