"""A running controller goes over to another configuration, or keeps the one it has and says why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import requests
import yaml

from controller.adapters.config_file import read_config
from controller.config import digest as config_digest
from controller.config.config import Config
from controller.journal import event as ev
from tests.controller.running import QUICK, Running, place, running, strict_json, wait_for
from tests.controller.world import SETTINGS, settings


class File:
    """An autopilot.yaml that is edited while a controller runs."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "shop.yaml"
        self.write()

    def write(self, **sections: Any) -> None:
        """Write the small shop's settings with some keys of some sections replaced."""
        changed = settings(**{"canary": QUICK, **sections})
        self.path.write_text(yaml.safe_dump(changed, sort_keys=False), encoding="utf-8")

    def read(self) -> Config:
        """Read it."""
        return read_config(self.path)


def _reload(found: Running, said: str) -> None:
    found.process.reload.set()
    wait_for(lambda: found.logged(said))


def _loaded(found: Running) -> list[ev.ConfigLoaded]:
    return [event.payload for event in found.process.journal.read() if isinstance(event.payload, ev.ConfigLoaded)]


def test_values_bounds_and_metrics_follow_a_new_configuration(tmp_path: Path) -> None:
    file, where = File(tmp_path), place(tmp_path)
    with running(file.read(), where, source=file.read) as found, found.process.server(0) as server:
        url = f"http://{server.host}:{server.port}"
        batch = {"kind": "int", "low": 1, "high": 4, "default": 3, "step": 1, "prior": {"effect": 0.0, "sd": 0.01}}
        parameters = {"batch": batch, "colour": {"low": 0, "high": 1, "default": 0.25, "step": 0.1, "prior": {"sd": 1}}}
        changed = {**SETTINGS, "parameters": parameters, "canary": {**SETTINGS["canary"], **QUICK}}
        file.path.write_text(yaml.safe_dump(changed), encoding="utf-8")
        _reload(found, "configuration read again: ")
        wait_for(lambda: found.process.autopilot.state.values == {"batch": 4, "colour": 0.25})
        wait_for(lambda: '"colour"' in where.parameters.read_text())
        assert json.loads(where.parameters.read_text())["content"]["arms"]["control"] == {"batch": 4, "colour": 0.25}
        text = requests.get(f"{url}/metrics", timeout=30).text
        assert 'vvtv_parameter_bound{parameter="colour",side="high"} 1.0' in text
        assert 'parameter="price"' not in text.split("# HELP vvtv_autopilot_bounds_adjustments_total")[0]
        assert "vvtv_autopilot_config_reload_success 1.0" in text
        assert _loaded(found)[-1].digest == config_digest.digest(file.read())
        assert any(line.startswith("parameters.batch.high: 9 -> 4") for line in _loaded(found)[-1].changes)
        shown = strict_json(requests.get(f"{url}/api/status", timeout=30).text)
        assert shown["config_digest"] == config_digest.digest(file.read())


def test_a_wrong_configuration_changes_nothing_and_says_where(tmp_path: Path) -> None:
    file, where = File(tmp_path), place(tmp_path)
    with running(file.read(), where, source=file.read) as found, found.process.server(0) as server:
        url = f"http://{server.host}:{server.port}"
        old = found.process.autopilot.config
        file.write(canary={**QUICK, "alpha": 3})
        _reload(found, "reload refused, the configuration stays as it was: ")
        assert found.logged("shop.yaml:")
        assert found.process.autopilot.config is old
        assert "vvtv_autopilot_config_reload_success 0.0" in requests.get(f"{url}/metrics", timeout=30).text
        answer = requests.get(f"{url}/readyz", timeout=30)
        assert answer.status_code == 200
        assert "the last reload was refused" in answer.json()["degraded"][-1]
        file.path.unlink()
        _reload(found, "no such file")
        file.write()
        _reload(found, "configuration read again: no setting has changed")
        assert "reload" not in requests.get(f"{url}/readyz", timeout=30).text
        assert len(_loaded(found)) == 1


def test_what_cannot_change_while_it_runs_is_refused_by_name(tmp_path: Path) -> None:
    file = File(tmp_path)
    with running(file.read(), place(tmp_path), source=file.read) as found:
        file.path.write_text(yaml.safe_dump({**settings(canary=QUICK), "service": "bakery"}), encoding="utf-8")
        _reload(found, "service: shop -> bakery: this cannot change while the controller runs")
        file.write(prometheus={"scrape_interval": 2})
        _reload(found, "prometheus.scrape_interval: 1 -> 2: this cannot change")
        assert found.process.autopilot.config.service == "shop"


def test_an_edit_in_the_journal_is_followed_and_one_that_is_known_is_not_read_twice(tmp_path: Path) -> None:
    file = File(tmp_path)
    with running(file.read(), place(tmp_path), source=file.read) as found:
        found.process.submit(
            ev.ConfigChanged(digest=config_digest.digest(file.read()), changes=(), reason="touched"), "ann"
        )
        file.write(measure={"window": 20})
        digest = config_digest.digest(file.read())
        edit = ev.ConfigChanged(digest=digest, changes=("measure.window: 10 -> 20",), reason="longer")
        found.process.submit(edit, "ann")
        wait_for(lambda: found.process.autopilot.state.config_digest == digest)
        assert found.process.autopilot.config.measure.window == 20
        assert len([line for line in found.log if "configuration read again" in line]) == 1


def test_a_controller_that_starts_with_another_configuration_says_so_once(tmp_path: Path) -> None:
    file, where = File(tmp_path), place(tmp_path)
    for windows in (10, 10, 20):
        file.write(measure={"window": windows})
        with running(file.read(), where) as found:
            pass
    with running(file.read(), where) as found:
        assert len(_loaded(found)) == 2
        found.process.reload.set()  # nowhere to read it from: nothing happens
        wait_for(lambda: not found.process.reload.is_set())
        assert found.thread.is_alive()


def test_what_a_start_changes_stands_in_its_log(tmp_path: Path) -> None:
    file, where = File(tmp_path), place(tmp_path)
    with running(file.read(), where):
        pass
    file.write(parameters={**SETTINGS["parameters"], "price": {**SETTINGS["parameters"]["price"], "low": 0.9}})
    with running(file.read(), where) as found:
        wait_for(lambda: found.logged(" config_loaded by autopilot"))
        assert found.logged(" controller_started by autopilot")
        assert not found.logged("event 1 ")
        assert _loaded(found)[-1].changes == ("parameters.price.low: 0.5 -> 0.9",)
