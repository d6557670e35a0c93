"""The golden gate: what cases ask for, and what happens when the service's code misbehaves."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from controller.adapters.config_file import read_config
from controller.config import Config
from controller.cycle import knowledge
from controller.errors import ConfigError
from controller.gates.golden import Cases, GoldenGate, OpenGate, Subject, load_cases, load_subject
from controller.stack.checkout import checkout
from exporter.parameter import number
from exporter.parameters import Value, Values

VALUES: Values = {"top": 2, "heat": 0.5}


def _cases(*cases: dict[str, Any]) -> Cases:
    return Cases.model_validate(
        {
            "cases": [
                {"name": f"case {i}", "input": {"candidates": ["a", "b", "c"]}, **case}
                for i, case in enumerate(cases, 1)
            ]
        }
    )


def _first(case: Mapping[str, Any]) -> list[Any]:
    """Return the first `top` candidates."""
    return list(case["candidates"][: case["parameters"]["top"]])


def _failures(expect: dict[str, Any], subject: Subject = _first, **case: Any) -> tuple[str, ...]:
    result = GoldenGate(_cases({"expect": expect, **case}), subject, 5.0).run(VALUES)
    assert result.passed is not bool(result.failures)
    assert result.cases == 1
    return result.failures


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ({"equals": ["a", "b"]}, None),
        ({"equals": ["b", "a"]}, "expected ['b', 'a'], got ['a', 'b']"),
        ({"count": 2}, None),
        ({"count": "top"}, None),
        ({"count": 3}, "expected 3 items, got 2"),
        ({"count": "heat"}, "expected 0 items, got 2"),
        ({"count": "tops"}, "count: 'tops' is no parameter; known are top, heat"),
        ({"among": ["a", "b", "z"]}, None),
        ({"among": ["a"]}, "'b' is none of those it may select"),
        ({"excludes": ["c"]}, None),
        ({"excludes": ["b"]}, "'b' must not be selected"),
        ({}, None),
    ],
)
def test_an_answer_is_held_against_each_expectation(expect: dict[str, Any], said: str | None) -> None:
    failures = _failures(expect)
    assert len(failures) == (said is not None)
    if said is not None:
        assert failures[0].startswith("case 1: ")
        assert said in failures[0]


def test_an_item_that_stands_twice_fails() -> None:
    assert _failures({}, lambda _: ["a", "a"]) == ("case 1: an item stands twice in ['a', 'a']",)


def test_a_parameters_count_is_at_most_the_candidates_there_are() -> None:
    assert _failures({"count": "top"}, parameters={"top": 99, "heat": 1}) == ()


def test_fixed_parameters_are_used_instead_of_the_proposed_ones() -> None:
    assert _failures({"equals": ["a"]}, parameters={"top": 1}) == ()


def test_every_failing_case_is_told() -> None:
    cases = _cases({"expect": {"count": 1}}, {"expect": {"count": 2}}, {"expect": {"count": 3}})
    result = GoldenGate(cases, _first, 5.0).run(VALUES)
    assert [failure.split(":")[0] for failure in result.failures] == ["case 1", "case 3"]
    assert (result.passed, result.cases) == (False, 3)


def test_a_callable_that_raises_has_failed_that_case() -> None:
    def broken(case: Mapping[str, Any]) -> list[Any]:
        raise ZeroDivisionError(f"of {len(case)}")

    assert _failures({}, broken) == ("case 1: raised ZeroDivisionError: of 2",)


@pytest.mark.parametrize("error", [SystemExit(3), RecursionError("deep"), MemoryError()])
def test_a_callable_that_would_end_the_program_has_failed_that_case(error: BaseException) -> None:
    def exiting(_case: Mapping[str, Any]) -> list[Any]:
        raise error

    assert _failures({}, exiting)[0].startswith(f"case 1: raised {type(error).__name__}")


def test_a_callable_that_answers_no_list_has_failed_that_case() -> None:
    assert _failures({}, lambda _: None)[0].startswith("case 1: raised TypeError")  # type: ignore[arg-type, return-value]  # wrong on purpose


def test_a_callable_that_is_not_deterministic_fails() -> None:
    counter = itertools.count()
    assert _failures({}, lambda _: [next(counter)]) == ("case 1: two runs with one seed answered differently",)


def test_what_a_callable_does_to_its_input_reaches_no_other_run() -> None:
    def greedy(case: Mapping[str, Any]) -> list[Any]:
        case["parameters"]["top"] += 1
        return [case["candidates"].pop()]

    shared: list[str] = ["a", "b", "c"]
    case = {"input": {"candidates": shared}, "expect": {"equals": ["c"]}, "parameters": {"top": 1}}
    assert GoldenGate(_cases(case, case), greedy, 5.0).run(VALUES).failures == ()
    assert shared == ["a", "b", "c"]
    assert VALUES == {"top": 2, "heat": 0.5}


def test_a_callable_that_hangs_fails_the_gate_in_time() -> None:
    release = threading.Event()
    try:
        start = time.monotonic()
        result = GoldenGate(_cases({"expect": {}}), lambda _: [release.wait(30)], 0.1).run(VALUES)
        assert time.monotonic() - start < 5
        assert result.failures == ("the cases did not end within 0.1 s",)
        assert (result.passed, result.cases) == (False, 1)
    finally:
        release.set()


_HANGING = """
import time
from controller.gates.golden import Cases, GoldenGate
cases = Cases.model_validate({"cases": [{"name": "n", "input": {}, "expect": {}}]})
print(GoldenGate(cases, lambda _: time.sleep(60), 0.1).run({}).passed)
"""


def test_a_callable_that_hangs_does_not_keep_the_program_from_ending() -> None:
    done = subprocess.run([sys.executable, "-c", _HANGING], capture_output=True, text=True, timeout=20, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("False\n", "", 0)


def test_without_cases_the_gate_is_open_and_says_that_it_checked_nothing() -> None:
    result = OpenGate().run(VALUES)
    assert (result.passed, result.cases) == (True, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"cases: []", "holds no golden case"),
        (b"cases: [", "the golden cases are wrong"),
        (b"", "the golden cases are wrong"),
        (b"cases: [{name: x, input: {}, expect: {equal: [1]}}]", "equal"),
        (b"cases: [{name: x, input: {}}]", "expect"),
        (b"cases: caf\xe9", "the golden cases are wrong"),
        (b"cases: 2026-99-99", "month must be in"),
    ],
)
def test_wrong_cases_are_a_config_error_with_the_file(tmp_path: Path, text: bytes, said: str) -> None:
    path = tmp_path / "cases.yaml"
    path.write_bytes(text)
    with pytest.raises(ConfigError, match=said) as caught:
        load_cases(path)
    assert str(path) in str(caught.value)


def test_missing_cases_are_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read the golden cases .*No such file"):
        load_cases(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    "name",
    ["no.such.module:f", "controller.errors:nothing", "controller.errors:__doc__", ".:f", ":f", "antigravity_:x"],
)
def test_a_callable_that_cannot_be_loaded_is_a_config_error(name: str) -> None:
    with pytest.raises(ConfigError, match=f"golden.callable '{name}'"):
        load_subject(name)


def _checkouts() -> tuple[GoldenGate, Config, Values]:
    config = read_config(checkout() / "autopilot.yaml")
    assert config.golden is not None
    gate = GoldenGate(load_cases(checkout() / config.golden.cases), load_subject(config.golden.callable), 60.0)
    return gate, config, config.specs.defaults()


def test_the_checkouts_cases_pass_for_the_defaults_within_the_five_seconds_that_are_expected() -> None:
    gate, _, defaults = _checkouts()
    result = gate.run(defaults)
    assert result.failures == ()
    assert result.cases >= 5
    assert result.seconds < 5


def test_the_checkouts_cases_pass_for_every_single_step_and_at_every_bound() -> None:
    gate, config, defaults = _checkouts()
    space = knowledge.space(config)
    for spec in config.specs.specs:
        if spec.kind == "choice":
            tried: list[Value] = [*spec.choices]
        else:
            step, start = config.parameters[spec.name].step, number(defaults, spec.name)
            ends = (max(start - step, spec.low), min(start + step, spec.high), spec.low, spec.high)
            rows = space.snapped(space.rows([{**defaults, spec.name: end} for end in ends]))
            tried = [space.values(row)[spec.name] for row in rows]
            assert len(set(tried)) > 1
        for value in tried:
            result = gate.run({**defaults, spec.name: spec.check(value)})
            assert result.failures == (), (spec.name, value)


def test_the_checkouts_cases_notice_a_selection_that_changed() -> None:
    _, _, defaults = _checkouts()
    config = read_config(checkout() / "autopilot.yaml")
    assert config.golden is not None
    right = load_subject(config.golden.callable)
    cases = load_cases(checkout() / config.golden.cases)
    assert GoldenGate(cases, lambda case: list(reversed(right(case))), 60.0).run(defaults).failures


def test_a_choice_reaches_the_service_as_its_text_and_counts_nothing() -> None:
    def order(case: Mapping[str, Any]) -> list[Any]:
        found = list(case["candidates"])
        return found[::-1] if case["parameters"]["mode"] == "bold" else found

    cases = _cases(
        {"parameters": {"mode": "bold"}, "expect": {"equals": ["c", "b", "a"]}},
        {"expect": {"equals": ["a", "b", "c"]}},
        {"expect": {"count": "mode"}},
    )
    result = GoldenGate(cases, order, 5.0).run({"mode": "calm"})
    assert result.failures == ("case 3: raised ParameterError: parameter mode: 'calm' is not a number",)
