"""The running loop under bad input: Prometheus killed in mid-canary, the live parameter file lost or overwritten."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.desk.desk import Desk
from controller.journal import event as ev
from controller.journal.fold import fold
from controller.journal.state import State
from controller.journal.store import Journal
from controller.live_store import live_store
from controller.place import Place
from controller.stack.checkout import checkout
from controller.stack.files import anchored
from controller.stack.layout import Layout
from controller.stack.plan import plan
from controller.stack.ports import free_endpoints
from controller.stack.running import running_stack
from controller.stack.servers import Servers
from exporter.endpoints import Endpoints
from tests.stack.shop import backfill, open_shop

pytestmark = [pytest.mark.stack, pytest.mark.slow(260)]


def _wait(what: str, look: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


def _exposed(url: str, name: str, **labels: str) -> float | None:
    """Return a sample of a service's /metrics."""
    wanted = {f'{key}="{value}"' for key, value in labels.items()}
    for line in requests.get(f"{url}/metrics", timeout=30).text.splitlines():
        match = re.match(rf"{name}(?:\{{(.*)\}})? (\S+)$", line)
        if match and wanted <= set((match[1] or "").split(",")):
            return float(match[2])
    return None


def _past(layout: Layout, endpoints: Endpoints) -> None:
    backfill(layout, endpoints, int(Clock().now()), 250)


def test_a_prometheus_that_dies_in_mid_canary_makes_looks_blind_and_no_verdict(tmp_path: Path) -> None:
    longer = {"duration: 30s": "duration: 5m"}
    with open_shop(tmp_path, controller=True, changes=longer, before=_past) as shop:
        place = Place(shop.layout.controller, shop.layout.live_parameters)
        desk = Desk(read_config(shop.layout.autopilot), place, Clock(), "test")

        def verdicts() -> list[str]:
            with Journal(place.journal, "test") as journal:
                return [e.payload.verdict for e in journal.read() if isinstance(e.payload, ev.CanaryLooked)]

        time.sleep(3)  # the live series join the history
        desk.submit(ev.CycleRequested(forced={"discount": 0.051}))  # an effect that nobody can see for minutes
        _wait("two looks", lambda: verdicts().count("undecided") >= 2)
        shop.stack.kill("prometheus")
        _wait("blind looks", lambda: verdicts().count("blind") >= 3)
        state = desk.state()
        assert state.phase == "canary"
        live = live_store(desk.config, place).current()
        assert live is not None
        assert live.canary == "cycle-1"
        assert not live.expired(desk.clock.now())
        assert _exposed(shop.endpoints.url("controller"), "vvtv_autopilot_promql_errors_total", reason="unreachable")
        blind = len(verdicts())
        shop.stack.start("prometheus")
        _wait("looks that see again", lambda: "undecided" in verdicts()[blind:])
        assert not [name for name in verdicts() if name not in ("undecided", "blind")]
        version = state.version
        desk.rollback(version, "end of the test")
        with Journal(place.journal, "test") as journal:
            events = journal.read()
            assert journal.verify() == len(events)
        assert not [event for event in events if isinstance(event.payload, ev.Decided)]
        assert fold(State(), events).outcomes == {"aborted": 1}


@pytest.fixture
def servers() -> Servers:
    """Return servers that are never started here."""
    return Servers(*(Path("none") for _ in range(4)))


def test_a_live_file_that_is_lost_or_overwritten_is_written_anew_and_the_service_keeps_its_values(
    tmp_path: Path, servers: Servers
) -> None:
    endpoints, layout = free_endpoints(), Layout(tmp_path / "state")
    for folder in layout.folders():
        folder.mkdir()
    ours = (checkout() / "autopilot.yaml").read_text(encoding="utf-8")
    layout.autopilot.write_text(anchored(ours, checkout()), encoding="utf-8")
    specs = [spec for spec in plan(endpoints, layout, servers) if spec.name in ("controller", "service")]
    place, url = Place(layout.controller, layout.live_parameters), endpoints.url("service")
    desk = Desk(read_config(layout.autopilot), place, Clock(), "test")

    def temperature() -> float | None:
        return _exposed(url, "vvtv_parameter_value", variant="control", parameter="temperature")

    def errors(reason: str) -> float:
        return _exposed(url, "vvtv_parameter_file_errors_total", reason=reason) or 0.0

    with running_stack(specs, layout.logs) as stack:
        values = {**desk.state().values, "temperature": 0.75}
        desk.submit(ev.RollbackRequested(version="0" * 64, values=values, reason="not the defaults"))
        _wait("new values", lambda: temperature() == 0.75)
        store = live_store(desk.config, place)
        good = store.current()
        assert good is not None

        for harm in (
            layout.live_parameters.unlink,
            lambda: layout.live_parameters.write_text("{garbage", encoding="utf-8"),
            lambda: layout.live_parameters.write_bytes(b""),
        ):
            harm()
            _wait("the same version again", lambda: (found := store.current()) and found.version == good.version)
        assert temperature() == 0.75

        stack.stop("controller")
        before = {reason: errors(reason) for reason in ("invalid", "missing")}
        layout.live_parameters.write_text('{"format": 1}', encoding="utf-8")
        _wait("the invalid file to be seen", lambda: errors("invalid") > before["invalid"])
        layout.live_parameters.unlink()
        _wait("the missing file to be seen", lambda: errors("missing") > before["missing"])
        assert temperature() == 0.75
        stack.start("controller")
        assert store.current() is not None
        assert desk.verify()["live"] == good.version
        assert temperature() == 0.75
