"""Our own golden cases: enough of them, quick, right by a plain implementation, and without gaps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from components.planner.planner import select_case
from controller.adapters.config_file import read_config
from controller.config.config import Config
from controller.cycle import knowledge
from controller.gates.golden import GoldenGate
from controller.golden.case import Case
from controller.golden.gaps import gaps
from controller.golden.open import cases_of
from controller.golden.report import failures
from controller.golden.run import run_cases
from controller.stack.checkout import checkout
from exporter.parameter import number
from exporter.parameters import Value
from tests.controller.golden.conftest import QUICK, Direct


def _ours() -> tuple[Config, tuple[Case, ...]]:
    config = read_config(checkout() / "autopilot.yaml")
    return config, cases_of(config)


def _plainly(given: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """Return what a planner selects that is written for nothing but to be read: one candidate after the other."""
    raw = np.random.PCG64(given["seed"]).random_raw(len(given["candidates"]))
    keyed = []
    for place, (candidate, bits) in enumerate(zip(given["candidates"], raw, strict=True)):
        noise = -math.log(-math.log(((int(bits) >> 12) + 0.5) / 2**52))
        score = candidate["quality"]
        score += values["freshness_bias"] * candidate["freshness"] + values["popularity_bias"] * candidate["popularity"]
        keyed.append((-(score + values["temperature"] * noise), place, str(candidate["id"])))
    return [name for _, _, name in sorted(keyed)[: values["top_k"]]]


def test_there_are_a_hundred_cases_and_more_than_seventy_give_the_very_answer() -> None:
    _, found = _ours()
    assert len(found) >= 100
    assert sum(case.expect.exact for case in found) > 70
    assert any(len(case.input.get("candidates", ())) > 100 for case in found)


def test_every_exact_answer_is_that_of_a_plain_implementation() -> None:
    config, found = _ours()
    for case in found:
        if case.expect.exact:
            values = {**config.specs.defaults(), **case.parameters}
            assert case.expect.equals == _plainly(case.input, values), case.name


def test_the_cases_exercise_every_combination_of_low_mid_and_high() -> None:
    config, found = _ours()
    assert list(gaps(found, config.specs, ways=4).lines()) == []


def test_the_cases_pass_for_the_defaults_within_the_five_seconds_that_are_allowed() -> None:
    config, found = _ours()
    result = GoldenGate(config).run(config.specs.defaults())
    assert result.failures == ()
    assert result.cases == len(found)
    assert result.seconds < 5


def test_the_cases_pass_for_every_single_step_and_at_every_bound() -> None:
    config, every = _ours()
    defaults, space = config.specs.defaults(), knowledge.space(config)
    found = [case for case in every if len(case.parameters) < len(defaults)]  # the others ask the same with any
    assert len(found) > 15
    for spec in config.specs.specs:
        step, start = config.parameters[spec.name].step, number(defaults, spec.name)
        ends = (max(start - step, spec.low), min(start + step, spec.high), spec.low, spec.high)
        rows = space.snapped(space.rows([{**defaults, spec.name: end} for end in ends]))
        tried: set[Value] = {space.values(row)[spec.name] for row in rows}
        assert len(tried) > 1
        for value in tried:
            report = run_cases(found, {**defaults, spec.name: spec.check(value)}, Direct(select_case), QUICK)
            assert failures(report) == (), (spec.name, value)


def test_the_cases_notice_two_videos_that_change_places() -> None:
    config, found = _ours()

    def swapped(given: dict[str, Any]) -> list[str]:
        right = select_case(given)
        return [*right[1::-1], *right[2:]]

    report = run_cases(found, config.specs.defaults(), Direct(swapped), QUICK)
    assert len(report.failing) > 70
