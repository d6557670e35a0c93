"""The checkout's golden cases pass with its Python program, and with the same program in JavaScript."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from controller.adapters.config_file import read_config
from controller.gates.golden import GoldenGate
from exporter.parameters import Values

FOLDER = Path(__file__).parents[2] / "examples" / "checkout"


@pytest.mark.parametrize("command", [("python3", "page.py"), ("node", "page.mjs")], ids=["python", "javascript"])
def test_the_checkouts_cases_pass_for_its_defaults_and_at_its_bounds(command: tuple[str, ...]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    config = read_config(FOLDER / "autopilot.yaml")
    assert config.golden is not None
    config = config.model_copy(update={"golden": config.golden.model_copy(update={"command": command})})
    changes: tuple[Values, ...] = ({}, {"discount": 0.2, "layout": "grid"}, {"suggestions": 0}, {"suggestions": 12})
    for values in changes:
        result = GoldenGate(config).run({**config.specs.defaults(), **values})
        assert (result.passed, result.failures) == (True, ()), values


def test_the_checkouts_cases_notice_a_price_that_rises() -> None:
    config = read_config(FOLDER / "autopilot.yaml")
    assert config.golden is not None
    program = (FOLDER / "page.py").read_text().replace("(1 - values", "(1 + values")
    command = ("python3", "-c", program)
    config = config.model_copy(update={"golden": config.golden.model_copy(update={"command": command})})
    failures = GoldenGate(config).run(config.specs.defaults()).failures
    assert failures[0].startswith(
        "a price is never raised, and at most a fifth is taken off: expected between 80 and 100"
    )
