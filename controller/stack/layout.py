"""The paths below a state folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

DEFAULT_STATE: Final = Path("var") / "stack"


@dataclass(frozen=True)
class Layout:
    """Every path of a stack, below one folder. In containers that folder is `/`."""

    root: Path

    @property
    def config(self) -> Path:
        """Holds prometheus.yml, alertmanager.yml, rules/ and autopilot.yaml."""
        return self.root / "config"

    @property
    def prometheus_config(self) -> Path:
        """Prometheus' configuration; it names the rule files beside it."""
        return self.config / "prometheus.yml"

    @property
    def alertmanager_config(self) -> Path:
        """Alertmanager's configuration."""
        return self.config / "alertmanager.yml"

    @property
    def autopilot(self) -> Path:
        """The controller's configuration."""
        return self.config / "autopilot.yaml"

    @property
    def prometheus(self) -> Path:
        """Prometheus' database."""
        return self.root / "prometheus"

    @property
    def alertmanager(self) -> Path:
        """Alertmanager's silences and notification log."""
        return self.root / "alertmanager"

    @property
    def logs(self) -> Path:
        """One log file for each part."""
        return self.root / "logs"

    @property
    def parameters(self) -> Path:
        """The folder of the live parameter file; a folder of its own, because the file is replaced by renaming."""
        return self.root / "parameters"

    @property
    def live_parameters(self) -> Path:
        """The live parameter file: written by the controller, read by the service."""
        return self.parameters / "live.json"

    @property
    def controller(self) -> Path:
        """The controller's journal and history."""
        return self.root / "controller"

    @property
    def processes(self) -> Path:
        """Which processes are ours."""
        return self.root / "processes.json"

    @property
    def lock(self) -> Path:
        """Held while a stack is started or stopped."""
        return self.root / "stack.lock"

    def folders(self) -> tuple[Path, ...]:
        """Return the folders that must exist before anything starts."""
        own = (self.config, self.prometheus, self.alertmanager, self.logs, self.parameters, self.controller)
        return (self.root, *own)
