"""The golden gate: what the cycle hears of cases that pass, fail, hang, or cannot be run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from controller import wiring
from controller.adapters.config_file import parse_config
from controller.config.config import Config
from controller.errors import ConfigError
from controller.gates.golden import GoldenGate, OpenGate
from controller.golden.cache import FILE
from exporter.parameters import Values
from tests.controller.world import configuration, settings

VALUES: Values = configuration().specs.defaults()
CODE = "def answer(case): return case['candidates'][:2]\n"


def _config(folder: Path, *cases: dict[str, Any], code: str = CODE, **golden: Any) -> Config:
    (folder / "shop_gate.py").write_text(code)
    named = [{"name": f"case {n}", "input": {"candidates": ["a", "b", "c"]}, **case} for n, case in enumerate(cases, 1)]
    (folder / "cases.yaml").write_text(yaml.safe_dump({"cases": named}))
    section = {"callable": "shop_gate:answer", "cases": "cases.yaml", **golden}
    text = yaml.safe_dump({**settings(), "golden": section})
    return parse_config(text, folder / "shop.yaml")


def test_without_cases_the_gate_is_open_and_says_that_it_checked_nothing() -> None:
    result = OpenGate().run(VALUES)
    assert (result.passed, result.cases) == (True, 0)


def test_cases_pass_or_fail_with_words(tmp_path: Path) -> None:
    good = GoldenGate(_config(tmp_path, {"expect": {"count": 2}})).run(VALUES)
    assert (good.passed, good.cases, good.failures) == (True, 1, ())
    assert good.seconds > 0
    bad = GoldenGate(_config(tmp_path, {"expect": {"count": 2}}, {"expect": {"equals": ["a"]}})).run(VALUES)
    assert (bad.passed, bad.cases) == (False, 2)
    assert bad.failures == ("case 2: expected 1 items, got 2; extra b",)


def test_cases_are_beside_the_configuration_whatever_the_working_folder_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "elsewhere").mkdir()
    config = _config(tmp_path / "service", {"expect": {"count": 2}})
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert wiring.gate(config).run(VALUES).passed


def test_cases_and_code_are_those_on_the_disk_now(tmp_path: Path) -> None:
    gate = GoldenGate(_config(tmp_path, {"expect": {"count": 2}}), tmp_path / "state")
    assert gate.run(VALUES).passed
    _config(tmp_path, {"expect": {"count": 2}}, code="def answer(case): return []\n")
    assert not gate.run(VALUES).passed
    _config(tmp_path, {"expect": {"count": 0}}, code="def answer(case): return []\n")
    assert gate.run(VALUES).passed


def test_what_passed_is_kept_below_the_state_folder_unless_it_is_not_wanted(tmp_path: Path) -> None:
    wiring.gate(_config(tmp_path, {"expect": {}}, cache=False), tmp_path / "off").run(VALUES)
    assert not (tmp_path / "off" / FILE).exists()


def test_a_function_that_hangs_fails_the_gate_in_time(tmp_path: Path) -> None:
    slow = "import time\ndef answer(case): time.sleep(60)\n"
    start = time.monotonic()
    result = GoldenGate(_config(tmp_path, {"expect": {}}, code=slow, timeout="500ms")).run(VALUES)
    assert time.monotonic() - start < 10
    assert (result.passed, result.cases) == (False, 1)
    assert result.failures == ("case 1: not run: the cases did not end within 0.5 s",)
    each = GoldenGate(_config(tmp_path, {"expect": {}}, code=slow, case_timeout="500ms")).run(VALUES)
    assert each.failures == ("case 1: no answer within 0.5 s",)
    config = _config(tmp_path, {"expect": {}}, code=slow)
    timeouts = config.schedule.timeouts.model_copy(update={"validating": 0.5})
    schedule = config.schedule.model_copy(update={"timeouts": timeouts})
    assert GoldenGate(config.model_copy(update={"schedule": schedule})).run(VALUES).failures == result.failures


def test_cases_that_broke_after_the_start_fail_the_gate_instead_of_the_controller(tmp_path: Path) -> None:
    gate = GoldenGate(_config(tmp_path, {"expect": {}}))
    (tmp_path / "cases.yaml").write_text("cases: [")
    result = gate.run(VALUES)
    assert (result.passed, result.cases) == (False, 0)
    assert "not YAML" in result.failures[0]


def test_a_command_that_is_not_there_fails_the_gate(tmp_path: Path) -> None:
    config = _config(tmp_path, {"expect": {}}, callable=None, command=["no-such-program"])
    result = wiring.gate(config).run(VALUES)
    assert result.failures == (
        "nobody answers the cases: golden.command: no program 'no-such-program' that can be run",
    )


@pytest.mark.parametrize(
    "name", ["no.such.module:f", "controller.errors:nothing", "controller.errors:__doc__", ".:f", "shop_gate:answer.x"]
)
def test_a_function_that_cannot_be_loaded_is_refused_at_the_start(tmp_path: Path, name: str) -> None:
    config = _config(tmp_path, {"expect": {}}, callable=name)
    with pytest.raises(ConfigError, match=f"golden.callable '{name}' cannot be loaded"):
        wiring.gate(config)


def test_cases_that_fix_what_is_no_parameter_are_refused_at_the_start(tmp_path: Path) -> None:
    config = _config(tmp_path, {"expect": {}, "parameters": {"prise": 1}})
    with pytest.raises(ConfigError, match=r"cases.yaml:\d+: case 'case 1': unknown parameter 'prise'; did you mean"):
        wiring.gate(config)
