"""What was learnt, in figures and on the page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.adapters.config_file import parse_config
from controller.config.config import Config
from controller.report import model
from controller.report.learnt import Learnt, ground, in_force, learnt, margins, models
from controller.report.material import Material
from controller.stack.checkout import checkout
from tests.controller.casebook.past import PRIMARY, RAIL, Past
from tests.controller.config.test_choices import MODE
from tests.controller.report.materials import impact, material, measured
from tests.controller.world import settings


def _changed(**parameter: Any) -> Config:
    """Return the reference service's configuration with other settings of temperature."""
    text = yaml.safe_load((checkout() / "autopilot.yaml").read_text(encoding="utf-8"))
    text["parameters"]["temperature"].update(parameter)
    return parse_config(yaml.safe_dump(text), Path("autopilot.yaml"))


def _row(found: Material, kpi: str, parameter: str) -> Learnt:
    rows = learnt(ground(found.config, found.events, found.state, found.until))
    return next(row for row in rows if (row.kpi, row.parameter) == (kpi, parameter))


def _helped(folder: Path, effect: float, times: int = 3) -> Material:
    """Return a past in which one step of temperature did `effect`, again and again."""
    with Past(folder) as past:
        for _ in range(times):
            past.propose().start()
            measured(
                past, "proceed", "inconclusive", impact(effect, 0.02, 0.2), values={"temperature": 0.6, "top_k": 12}
            )
        found = past.journal.read()
    return replace(material(found), until=found[-1].at)


def test_what_canaries_measured_is_what_is_learnt(tmp_path: Path) -> None:
    row = _row(_helped(tmp_path, 0.05), PRIMARY, "temperature")
    assert (row.step, row.canaries) == ("0.6 -> 0.75", 3)
    assert row.effect == pytest.approx(0.05, abs=0.006)
    assert row.low < 0.05 < row.high
    assert row.high - row.low < 0.02


def test_what_nobody_moved_is_the_prior_and_is_said_to_be(tmp_path: Path) -> None:
    found = _helped(tmp_path, 0.05)
    row = _row(found, PRIMARY, "popularity_bias")
    assert row.canaries == 0
    assert row.low < 0 < row.high
    assert (row.prior, row.prior_sd) == (0.0, 0.01)
    page = "\n".join(model.section(found).lines)
    assert "| popularity_bias | 0 -> 0.05 | " in page
    assert "Nobody has moved top_k, freshness_bias, popularity_bias yet" in page
    assert "none yet |" in page


def test_a_prior_stands_beside_in_the_kpis_unit(tmp_path: Path) -> None:
    row = _row(_helped(tmp_path, 0.05), RAIL, "top_k")
    believed = _helped(tmp_path / "again", 0.05).config.prior("top_k", RAIL)
    assert believed.mean < 0, "more videos are believed to be worse, which for this KPI is more"
    assert (row.prior, row.prior_sd) == (-believed.mean, believed.sd)
    assert row.effect > 0


def test_the_last_step_below_a_bound_is_taken_where_no_more_is_left(tmp_path: Path) -> None:
    for name, high, step in (("near", 0.65, "0.5 -> 0.65"), ("at", 0.6, "0.45 -> 0.6")):
        found = replace(_helped(tmp_path / name, 0.05), config=_changed(high=high))
        assert _row(found, PRIMARY, "temperature").step == step


def test_a_step_as_wide_as_the_bounds_goes_from_end_to_end(tmp_path: Path) -> None:
    found = replace(_helped(tmp_path, 0.05), config=_changed(low=0.5, high=0.75, step=0.25))
    assert _row(found, PRIMARY, "temperature").step == "0.5 -> 0.75"


def test_how_often_a_model_was_found_wrong_is_told(tmp_path: Path) -> None:
    with Past(tmp_path) as past:
        for number in range(12):
            past.propose().start()
            effect = 0.4 if number >= 6 else -0.4
            measured(
                past, "proceed", "inconclusive", impact(effect, 0.02, 0.2), values={"temperature": 0.6, "top_k": 12}
            )
        found = past.journal.read()
    made = replace(material(found), until=found[-1].at)
    (primary, *_) = models(ground(made.config, made.events, made.state, made.until))
    assert (primary.kpi, primary.canaries) == (PRIMARY, 12)
    assert primary.doubts >= 1
    assert primary.calibration > 1.05
    line = next(line for line in model.section(made).lines if line.startswith(f"| {PRIMARY}"))
    assert line.split(" | ")[1] == "12"


def test_choices_are_shown_switch_by_switch() -> None:
    config = parse_config(yaml.safe_dump(settings(parameters={"mode": MODE})), Path("shop.yaml"))
    rows = learnt(ground(config, (), material(()).state, 0.0))
    steps = {(row.parameter, row.step) for row in rows if row.kpi == "conversion"}
    assert ("mode", "calm -> bold") in steps
    assert ("price", "1 -> 1.1") in steps
    assert len(steps) == 3


def test_values_that_fit_no_more_give_way_to_the_default() -> None:
    config = parse_config(yaml.safe_dump(settings(parameters={"mode": MODE})), Path("shop.yaml"))
    state = replace(material(()).state, values={"mode": "gone", "price": "high", "batch": 7})
    assert in_force(config, state) == {"mode": "calm", "price": 1.0, "batch": 7}


def test_margins_are_those_that_the_last_canary_settled(tmp_path: Path) -> None:
    with Past(tmp_path) as past:
        past.propose().start(margins={RAIL: 0.011}).end("blind", "nothing seen")
        past.propose().start(margins={RAIL: 0.012}).end("blind", "nothing seen")
        found = margins(material(()).config, past.journal.read())
    assert found[RAIL] == 0.012
    assert found["llm_success"] == 0.1, "as the file has it"


def test_before_the_first_controller_there_are_priors_alone() -> None:
    part = model.section(material(()))
    assert f"| {PRIMARY} | 0 | 1.00 | never |" in part.lines
    assert "Nobody has moved temperature, top_k, freshness_bias, popularity_bias yet" in part.lines[-1]
    json.dumps(part.data, allow_nan=False)


def test_measurements_that_are_no_numbers_teach_nothing(tmp_path: Path) -> None:
    found = _helped(tmp_path, float("nan"))
    row = _row(found, PRIMARY, "temperature")
    assert row.low < row.effect < row.high
    json.dumps(model.section(found).data, allow_nan=False)
