"""Each section, by its numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from controller.casebook.words import moves
from controller.config.parameter import ParameterSection
from controller.decide.learner.accuracy import unexplained
from controller.journal import event as ev
from controller.report import accuracy, analysis, cycles, proposals, values
from controller.report.material import Material
from controller.report.pairs import Pair, answered
from tests.controller.casebook.past import BEGIN, PRIMARY, Past
from tests.controller.report.materials import DAY, events, impact, material, measured


@pytest.fixture(name="made")
def _made(tmp_path: Path) -> Material:
    return material(events(tmp_path))


def test_the_analysis_tells_texts_and_findings(made: Material) -> None:
    part = analysis.section(made)
    assert part.lines[0] == "As Prometheus has it now."
    assert "Findings over 1 d to 2026-09-26 " in part.lines[2]
    assert f"| {PRIMARY} | level | is 0.57 | 95.0% | 0.57 | +0.56 to +0.58 |" in part.lines


def test_cycles_are_counted_by_outcome(made: Material) -> None:
    assert cycles.section(made).data == [
        {"outcome": "held", "cycles": 1, "newest": "cycle 3: Down fires"},
        {"outcome": "promoted", "cycles": 1, "newest": "cycle 1: the numbers say so"},
        {"outcome": "rolled_back", "cycles": 1, "newest": "cycle 2: the numbers say so"},
    ]


def test_a_cycle_that_is_under_way_counts_as_that(tmp_path: Path) -> None:
    with Past(tmp_path) as past:
        past.propose().start()
        part = cycles.section(material(past.journal.read()))
    assert part.data == [{"outcome": "under way", "cycles": 1, "newest": "cycle 1"}]


def test_proposals_show_prediction_and_measurement_side_by_side(made: Material) -> None:
    lines = proposals.section(made).lines
    assert [line for line in lines if line.startswith("###")] == [
        "### Cycle 2: temperature 0.75 -> 0.9",
        "### Cycle 1: temperature 0.6 -> 0.75",
    ]
    rows = [line for line in lines if line.startswith(f"| {PRIMARY}")]
    assert rows == [
        f"| {PRIMARY} | +0.02 | -0.058 to +0.098 | -0.2 | 0.004 | 110% | NO |",
        f"| {PRIMARY} | +0.02 | -0.058 to +0.098 | +0.025 | 0.004 | 20% | yes |",
    ]
    assert any("promoted. this step of temperature should help" in line for line in lines)


def test_a_proposal_without_prediction_shows_what_was_measured(tmp_path: Path) -> None:
    with Past(tmp_path) as past:
        past.propose(effect=None, forced=True).start()
        found = past.journal.read()
    assert "No effect was predicted or measured." in proposals.section(material(found)).lines
    pair = Pair(PRIMARY, None, impact(0.1, None, None))
    assert pair.covered is None


def test_an_interval_that_an_early_end_widened_is_told(tmp_path: Path) -> None:
    with Past(tmp_path) as past:
        past.propose(effect=0.02).start()
        late = impact(0.12, 0.02, 0.8).model_copy(update={"standard_error": 0.1})
        measured(past, "rollback", "rolled_back", late, values={"temperature": 0.6, "top_k": 12})
        found = past.journal.read()
    (line,) = (line for line in proposals.section(material(found)).lines if line.startswith(f"| {PRIMARY} |"))
    assert line.endswith("| -0.058 to +0.098 | +0.12 | 0.1 | 80% | yes, as it ended early |")


def test_accuracy_is_the_median_error_beyond_noise_and_the_share_inside(made: Material) -> None:
    errors = unexplained(0.02, 0.025, 0.004), unexplained(0.02, -0.2, 0.004)
    assert errors[0] == 0.0, "20% apart, and within the noise"
    p50 = pytest.approx(errors[1] / 2)
    assert len(answered(made.records)) == 2
    assert accuracy.section(made).data == [
        {"kpi": None, "predictions": 2, "error_p50": p50, "covered": 1, "coverage": 0.5},
        {"kpi": PRIMARY, "predictions": 2, "error_p50": p50, "covered": 1, "coverage": 0.5},
    ]
    lines = accuracy.section(made).lines
    assert "beyond noise" in lines[0]
    assert lines[4] == "| all | 2 | 53% | 1 of 2 (50%) |"


def test_values_in_force_say_since_when(made: Material) -> None:
    found = values.section(made).data
    assert isinstance(found, dict)
    assert found["version"] == "v2"
    rows = {row["parameter"]: row for row in found["parameters"]}
    assert (rows["temperature"]["value"], rows["temperature"]["low"], rows["temperature"]["high"]) == (0.75, 0.1, 2.0)
    assert rows["top_k"]["since"] == BEGIN  # since the beginning, though later events name it again
    assert BEGIN < rows["temperature"]["since"] < BEGIN + DAY
    assert (rows["freshness_bias"]["value"], rows["freshness_bias"]["since"]) == (None, None)


def test_values_that_were_deployed_count_from_then_and_a_choice_has_its_texts(made: Material) -> None:
    last = made.events[-1]
    put = ev.Deployed(version="v3", values={"temperature": 0.9}, reason="sale", by="ann", request=1, golden="")
    event = last.model_copy(update={"seq": last.seq + 1, "at": last.at + 60, "payload": put})
    said = {"kind": "choice", "choices": ["calm", "bold"], "default": "calm", "prior": {"size": 0.1}}
    mode = ParameterSection.model_validate(said)
    config = made.config.model_copy(update={"parameters": {**made.config.parameters, "mode": mode}})
    part = values.section(replace(made, events=(*made.events, event), config=config))
    assert isinstance(part.data, dict)
    rows = {row["parameter"]: row for row in part.data["parameters"]}
    assert rows["temperature"]["since"] == last.at + 60
    assert "| mode | - | calm, bold | - |" in part.lines


def test_the_heading_of_a_proposal_says_the_change_once(tmp_path: Path) -> None:
    changed = []
    for event in events(tmp_path):
        payload = event.payload
        if isinstance(payload, ev.Proposed):
            payload = payload.model_copy(update={"rationale": f"{moves(payload.changes)}: it should help"})
        changed.append(event.model_copy(update={"payload": payload}))
    lines = proposals.section(material(tuple(changed))).lines
    assert sum("temperature 0.6 -> 0.75" in line for line in lines) == 1
    assert any(line.endswith("promoted. it should help") for line in lines)
