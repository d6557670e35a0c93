"""The plan: what runs, in which order, with which paths and ports."""

from __future__ import annotations

import sys
from pathlib import Path

from controller.stack.layout import Layout
from controller.stack.plan import PARTS, plan
from controller.stack.servers import Servers
from exporter.endpoints import Endpoints

LAYOUT = Layout(Path("/state"))
SERVERS = Servers(Path("/bin/p"), Path("/bin/pt"), Path("/bin/a"), Path("/bin/at"))
ENDPOINTS = Endpoints(prometheus=1001, alertmanager=1002, service=1003, llm=1004, controller=1005)
SPECS = {spec.name: spec for spec in plan(ENDPOINTS, LAYOUT, SERVERS)}


def test_parts_start_in_the_order_in_which_they_need_each_other() -> None:
    assert tuple(SPECS) == PARTS == ("llm", "prometheus", "alertmanager", "controller", "service")


def test_each_part_listens_on_its_own_port() -> None:
    assert {name: spec.port for name, spec in SPECS.items()} == {
        "prometheus": 1001,
        "alertmanager": 1002,
        "service": 1003,
        "llm": 1004,
        "controller": 1005,
    }


def test_prometheus() -> None:
    assert SPECS["prometheus"].argv == (
        "/bin/p",
        "--config.file=/state/config/prometheus.yml",
        "--storage.tsdb.path=/state/prometheus",
        "--storage.tsdb.retention.time=30d",
        "--web.listen-address=127.0.0.1:1001",
        "--log.level=warn",
    )
    assert SPECS["prometheus"].health_path == "/-/ready"


def test_alertmanager_opens_no_gossip_port() -> None:
    assert SPECS["alertmanager"].argv == (
        "/bin/a",
        "--config.file=/state/config/alertmanager.yml",
        "--storage.path=/state/alertmanager",
        "--web.listen-address=127.0.0.1:1002",
        "--cluster.listen-address=",
        "--log.level=warn",
    )


def test_our_own_parts_are_vvtvctl_of_this_python() -> None:
    vvtvctl = (sys.executable, "-m", "controller.cli.main")
    assert SPECS["llm"].argv == (*vvtvctl, "service", "llm-mock", "--port", "1004")
    assert SPECS["service"].argv == (
        *vvtvctl,
        *("service", "run", "--parameters", "/state/parameters/live.json"),
        *("--llm-url", "http://127.0.0.1:1004", "--port", "1003"),
    )
    assert SPECS["controller"].argv == (
        *vvtvctl,
        *("controller", "run", "--config", "/state/config/autopilot.yaml"),
        *("--state", "/state/controller", "--parameters", "/state/parameters/live.json", "--port", "1005"),
    )
    assert SPECS["controller"].health_path == "/readyz"
