"""The checks of `vvtvctl doctor`, in the order in which they are looked at: a new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from controller.setup.checks import (
    alertmanager,
    arms,
    clock,
    connection,
    disk,
    effects,
    files,
    golden,
    history,
    live,
    running,
    scraping,
)
from controller.setup.finding import Finding
from controller.setup.patient import Patient


@dataclass(frozen=True)
class Check:
    """A check: its name, what it does, and whether it is moot while Prometheus does not answer."""

    name: str
    look: Callable[[Patient], Iterator[Finding]]
    asks_prometheus: bool = True


CONNECTION = connection.NAME
CHECKS = (
    Check(connection.NAME, connection.look),
    Check(clock.NAME, clock.look),
    Check(arms.NAME, arms.look),
    Check(scraping.NAME, scraping.look),
    Check(history.NAME, history.look),
    Check(effects.NAME, effects.look),
    Check(live.NAME, live.look, asks_prometheus=False),
    Check(files.NAME, files.look, asks_prometheus=False),
    Check(disk.NAME, disk.look, asks_prometheus=False),
    Check(golden.NAME, golden.look, asks_prometheus=False),
    Check(running.NAME, running.look, asks_prometheus=False),
    Check(alertmanager.NAME, alertmanager.look, asks_prometheus=False),
)
