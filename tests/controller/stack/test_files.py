"""The configuration files of a layout."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from controller.errors import ConfigError, StorageError
from controller.stack.files import anchored, locate, make_folders, write_compiled, write_files
from controller.stack.layout import Layout
from exporter.endpoints import Endpoints
from exporter.timing import PRODUCTION

if TYPE_CHECKING:
    from controller.stack.servers import Servers

ENDPOINTS = Endpoints(prometheus=1001, alertmanager=1002)
AUTOPILOT = """\
# who is piloted
service: vvtv
alertmanager: {url: "http://elsewhere:9093"}  # pages
prometheus:
  timeout: 5
  url: http://localhost:9090  # answers
"""


def test_urls_are_replaced_and_all_else_stays() -> None:
    assert locate(AUTOPILOT, ENDPOINTS, "autopilot.yaml") == AUTOPILOT.replace(
        '"http://elsewhere:9093"', "http://127.0.0.1:1002"
    ).replace("http://localhost:9090", "http://127.0.0.1:1001")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prometheus: {url: x}", "lacks the key alertmanager.url"),
        ("alertmanager: {url: x}", "lacks the key prometheus.url; add `prometheus: {url: http://127.0.0.1:1001}`"),
        ("prometheus: x\nalertmanager: {url: x}", "lacks the key prometheus.url"),
        ("- a list", "lacks the key prometheus.url"),
        ("", "lacks the key prometheus.url"),
        ("a: [", "autopilot.yaml is not YAML"),
    ],
)
def test_a_configuration_without_the_urls_is_refused(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(words)):
        locate(text, ENDPOINTS, "autopilot.yaml")


@pytest.mark.parametrize(
    ("text", "anchored_text"),
    [
        (
            "a: 1\ngolden:  # cases\n  cases: c.yaml\n  url: x\n",
            'a: 1\ngolden:  # cases\n  folder: "/etc/shop"\n  cases: c.yaml\n  url: x\n',
        ),
        ("golden: {cases: c.yaml}\n", 'golden: {folder: "/etc/shop", cases: c.yaml}\n'),
        ("golden:\n  cases: c\n  folder: ./sub # there\n", 'golden:\n  cases: c\n  folder: "/etc/shop/sub" # there\n'),
        ("golden:\n  folder: /srv\n  cases: c\n", 'golden:\n  folder: "/srv"\n  cases: c\n'),
        ("golden: null\n", "golden: null\n"),
        ("a: 1\n", "a: 1\n"),
    ],
)
def test_a_copy_finds_the_golden_cases_of_the_original(text: str, anchored_text: str) -> None:
    found = anchored(text, Path("/etc/shop"))
    assert found == anchored_text


def test_rules_that_are_compiled_no_more_are_removed(tmp_path: Path) -> None:
    write_compiled(tmp_path, {"prometheus.yml": "a", "rules/old.yml": "b", "rules/kept.yml": "c"})
    write_compiled(tmp_path, {"prometheus.yml": "d", "rules/kept.yml": "e"})
    written = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*.yml")}
    assert written == {"prometheus.yml": "d", "rules/kept.yml": "e"}


def test_a_missing_configuration_is_named(layout: Layout, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read the controller's configuration .*/none\.yaml: No such file"):
        write_files(layout, ENDPOINTS, PRODUCTION, autopilot=tmp_path / "none.yaml")


def test_a_state_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for root in (tmp_path / "file", tmp_path.__class__("/proc/nope")):
        with pytest.raises(StorageError, match=f"cannot create {root}.*--state"):
            make_folders(Layout(root))


@pytest.mark.stack
def test_the_servers_accept_what_is_written(layout: Layout, tmp_path: Path, servers: Servers) -> None:
    source = tmp_path / "autopilot.yaml"
    source.write_text(AUTOPILOT)
    write_files(layout, ENDPOINTS, PRODUCTION, autopilot=source)
    subprocess.run([servers.promtool, "check", "config", layout.prometheus_config], check=True, capture_output=True)
    subprocess.run([servers.amtool, "check-config", layout.alertmanager_config], check=True, capture_output=True)
    assert yaml.safe_load(layout.autopilot.read_text())["prometheus"]["url"] == "http://127.0.0.1:1001"
    assert list((layout.config / "rules").glob("*.yml"))
