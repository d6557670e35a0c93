"""Around the cases: JUnit, baselines, coverage, gaps, generated cases, regenerated expectations."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from controller.errors import ConfigError, ConflictError
from controller.golden.baseline import Changes, changes, read_baseline, save_baseline
from controller.golden.case import Expectation
from controller.golden.case_file import edited, written
from controller.golden.coverage import ranges, read_coverage
from controller.golden.features import features
from controller.golden.gaps import gaps
from controller.golden.generate import fill
from controller.golden.junit import junit
from controller.golden.levels import level_of, levels
from controller.golden.load import load_cases, parse_cases
from controller.golden.regenerate import Outdated, outdated, read_text
from controller.golden.regenerate import replace as rewrite
from controller.golden.report import Report, Result
from controller.golden.run import run_cases
from exporter.parameter import ParameterSpec, choice
from exporter.parameters import ParameterSpecs
from tests.controller.golden.conftest import QUICK, Made, case, cases

SPECS = ParameterSpecs(
    (
        ParameterSpec("heat", "float", 0.0, 3.0, 1.5),
        ParameterSpec("top", "int", 1, 40, 12),
        choice("mode", ("calm", "bold"), "calm"),
    )
)


def _result(name: str, **given: Any) -> Result:
    return replace(Result(name, "a.yaml", "passed", (), {}, [1], answered=True, seconds=0.1), **given)


def _report(*results: Result) -> Report:
    return Report(results, "somebody", 1.0)


# JUnit


def test_junit_counts_and_survives_any_text() -> None:
    report = _report(
        _result("good"),
        _result('bad & <b> "x" \x00\x1b', outcome="failed", faults=("expected \ufffe, got \ud800", "more")),
        _result("none", outcome="error", faults=("it died",)),
        _result("later", file="b.yaml", outcome="skipped", faults=("not run",)),
    )
    root = ET.fromstring(junit(report))  # noqa: S314 - our own XML
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == ("4", "1", "1", "1")
    assert [suite.get("name") for suite in root] == ["a.yaml", "b.yaml"]
    assert [[child.tag for child in item] for item in root.iter("testcase")] == [
        [],
        ["failure"],
        ["error"],
        ["skipped"],
    ]
    assert root.find(".//failure") is not None
    assert "more" in str(root.findtext(".//failure"))


def test_junit_of_a_subject_that_was_not_there_says_so() -> None:
    report = replace(_report(_result("x", outcome="skipped", faults=("not run",))), unavailable="nobody at home")
    root = ET.fromstring(junit(report))  # noqa: S314 - our own XML
    assert root.findtext("system-err") == "nobody at home"


# baselines


def test_what_is_different_from_a_baseline_is_told_by_kind(tmp_path: Path) -> None:
    before = _report(
        _result("same"),
        _result("breaks"),
        _result("heals", outcome="failed"),
        _result("slower", seconds=0.1),
        _result("a little slower", seconds=0.001),
        _result("kept", seconds=0.1),
        _result("gone"),
    )
    save_baseline(tmp_path / "b.json", before)
    now = _report(
        _result("same"),
        _result("breaks", outcome="failed", answer=[2]),
        _result("heals"),
        _result("slower", seconds=0.25),
        _result("a little slower", seconds=0.015),
        _result("kept", seconds=0.9, cached=True),
        _result("new"),
    )
    found = changes(read_baseline(tmp_path / "b.json"), now)
    assert (found.failing, found.passing, found.new, found.gone) == (("breaks",), ("heals",), ("new",), ("gone",))
    assert found.answers == (("breaks", "missing 1; extra 2; first at 1: expected 1, got 2"),)
    assert [one.name for one in found.slower] == ["slower"]
    assert changes(read_baseline(tmp_path / "b.json"), now, factor=3.0).slower == ()
    assert changes(read_baseline(tmp_path / "b.json"), before) == Changes()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 9, "cases": {}}', '{"format": 1, "cases": {"a": {}}}'])
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(ConfigError, match="is no baseline of golden cases"):
        read_baseline(tmp_path / "b.json")
    with pytest.raises(ConfigError, match="cannot read the baseline"):
        read_baseline(tmp_path / "none.json")


# coverage


def test_coverage_names_the_lines_that_no_case_reaches(made: Made, tmp_path: Path) -> None:
    code = "def answer(case):\n    if case['n'] > 5:\n        return 'big'\n    return 'small'\n"
    code += "\n\ndef unused():\n    return 1\n"
    subject = made(code)
    measured = type(subject)("shop_answers:answer", tmp_path, patience=30.0, measured=str(tmp_path / "report.json"))
    limits = replace(QUICK, workers=1, leave=20.0)
    assert run_cases((case(input={"n": 1}),), {}, measured, limits).passed
    (found,) = read_coverage(tmp_path / "report.json")
    assert found.path.endswith("shop_answers.py")
    assert (found.unreached, found.branches_missed) == ((3, 8), ((2, 3),))
    assert 0 < found.share < 1
    assert read_coverage(tmp_path / "none.json") == ()


def test_lines_are_shown_as_ranges() -> None:
    assert ranges((1, 2, 3, 5, 7, 8)) == "1-3, 5, 7-8"
    assert ranges(()) == ""


# gaps and generated cases

PATTERN = case(
    "by hand",
    input={"seed": 7, "items": [{"id": f"v{n}", "score": n / 10, "tag": "x"} for n in range(8)]},
    parameters={"heat": 0.0, "top": 1, "mode": "calm"},
)


def test_levels_are_thirds_of_a_range_and_every_choice() -> None:
    heat, top, mode = SPECS.specs
    assert [(level.name, level.value) for level in levels(top)] == [("low", 1), ("mid", 20), ("high", 40)]
    assert [level_of(heat, value).name for value in (0.0, 0.99, 1.0, 2.0, 2.01, 3.0)] == [
        "low",
        "low",
        "mid",
        "mid",
        "high",
        "high",
    ]
    assert [level.name for level in levels(mode)] == ["calm", "bold"]
    assert level_of(mode, "bold").name == "bold"


def test_gaps_are_what_no_case_exercises() -> None:
    found = gaps((PATTERN,), SPECS, ways=1)
    assert list(found.lines()) == [
        ("bound", "heat = 3"),
        ("bound", "top = 40"),
        ("level", "heat mid"),
        ("level", "heat high"),
        ("level", "top mid"),
        ("level", "top high"),
        ("level", "mode bold"),
        ("input", "items: no item"),
        ("input", "items: one item"),
        ("input", "items: items with equal numbers"),
        ("input", "items: a hundred items or more"),
    ]
    changed = [{"parameters": {"mode": "bold"}, "input": {"items": []}, "then": "different"}]
    compared = PATTERN.model_copy(update={"expect": Expectation.model_validate({"compare": changed})})
    left = [text for _, text in gaps((compared,), SPECS, ways=1).lines()]
    assert "mode bold" not in left
    assert "items: no item" not in left


@pytest.mark.parametrize("ways", [1, 2, 3])
def test_generated_cases_leave_no_gap_and_are_always_the_same(ways: int) -> None:
    first, again = (fill((PATTERN,), SPECS, gaps((PATTERN,), SPECS, ways)) for _ in range(2))
    assert first == again
    assert gaps((PATTERN, *first), SPECS, ways).count == 0
    assert fill((PATTERN, *first), SPECS, gaps((PATTERN, *first), SPECS, ways)) == ()
    assert len({made.name for made in first}) == len(first)
    assert len(first) <= {1: 6, 2: 14, 3: 22}[ways]  # 2 of each level suffice, 9 pairs, 18 triples, and the inputs


def test_generated_lists_have_the_features_that_they_are_for() -> None:
    made = {item.name: item.input["items"] for item in fill((PATTERN,), SPECS, gaps((PATTERN,), SPECS, 1))}
    assert made["items: no item"] == []
    assert made["items: one item"] == [PATTERN.input["items"][0]]
    hundred, ties = made["items: a hundred items or more"], made["items: items with equal numbers"]
    assert "hundred" in features(hundred)
    assert "ties" in features(ties)
    for items in (hundred, ties):
        assert len({item["id"] for item in items}) == len(items)


def test_nothing_is_generated_from_nothing() -> None:
    with pytest.raises(ConfigError, match="write one by hand"):
        fill((), SPECS, gaps((), SPECS, 1))


# files

TEXT = """\
# why these cases are here
sets:
  shelf:   # in the order of the shop
  - {id: a, score: 0.5}
  - {id: b, score: 0.25}

cases:
# the first
- name: 'one: exactly'
  input: {items: {$set: shelf}}
  expect:
    equals: [a, b]  # as on the shelf
    count: 2
- name: near
  input: {n: 1}
  expect: {approx: {value: 0.5, within: 0.1}}
- name: a condition
  input: {n: 2}
  expect: {among: [x]}
"""


def test_an_edit_changes_the_expectation_and_nothing_else() -> None:
    path = Path("x.yaml")
    assert edited(TEXT, path, {}) == TEXT
    found = edited(TEXT, path, {"one: exactly": ("equals", ["b", "a"]), "near": ("approx", 0.75)})
    assert found == TEXT.replace("[a, b]", "[b, a]").replace("value: 0.5", "value: 0.75")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=25)
@given(JSON)
@example("yes")
@example({"yes": "1e-9"})
@example(["1:30", 1e-09, 1e22, "012", "~", "", "a: b", "# x", " x", "é\n\t\x85"])
def test_any_answer_can_be_written_and_is_read_back(answer: Any) -> None:
    path = Path("x.yaml")
    (first, *_) = parse_cases(edited(TEXT, path, {"one: exactly": ("equals", answer)}), path)
    assert first.expect.equals == answer
    named = (PATTERN.model_copy(update={"expect": Expectation(equals=answer)}),)
    (back,) = parse_cases(written(named, "generated"), path)
    assert (back.input, back.parameters, back.expect.equals) == (PATTERN.input, PATTERN.parameters, answer)


def test_half_a_character_is_written_nowhere() -> None:
    with pytest.raises(ConfigError, match="half a character"):
        edited(TEXT, Path("x.yaml"), {"near": ("approx", "\ud800")})


def test_json_files_are_edited_too() -> None:
    text = json.dumps({"cases": [{"name": "x", "input": {}, "expect": {"equals": 1}}]})
    assert json.loads(edited(text, Path("x.json"), {"x": ("equals", [2])}))["cases"][0]["expect"] == {"equals": [2]}


def _outdated(made: Made, folder: Path) -> tuple[Path, tuple[Outdated, ...], tuple[str, ...]]:
    path = folder / "cases.yaml"
    path.write_text(TEXT)
    found = load_cases(path)
    report = run_cases(found, {}, made("def answer(case): return case.get('n', ['b', 'a'])"), QUICK)
    return path, *outdated(found, report)


def test_only_exact_answers_are_replaced(made: Made, tmp_path: Path) -> None:
    path, found, other = _outdated(made, tmp_path)
    assert [(one.case.name, one.kind, one.answer) for one in found] == [
        ("one: exactly", "equals", ["b", "a"]),
        ("near", "approx", 1),
    ]
    assert other == ("a condition: expected a list, got 2",)
    assert rewrite(path, {path.name: TEXT}, found) == (path,)
    assert read_text(path) == TEXT.replace("[a, b]", "[b, a]").replace("value: 0.5", "value: 1")


def test_a_new_answer_that_breaks_another_condition_is_for_people() -> None:
    (one,) = cases({"expect": {"equals": [1, 2], "count": 2}})
    result = Result("case 1", "", "failed", ("missing 2", "expected 2 items, got 1"), {}, [1], answered=True)
    assert outdated((one,), _report(result)) == ((), ("case 1: missing 2; expected 2 items, got 1",))


def test_a_file_that_was_edited_meanwhile_is_left_alone(made: Made, tmp_path: Path) -> None:
    path, found, _ = _outdated(made, tmp_path)
    path.write_text(TEXT + "# by somebody else\n")
    with pytest.raises(ConflictError, match="was edited meanwhile"):
        rewrite(path, {path.name: TEXT}, found)
    assert path.read_text().endswith("# by somebody else\n")


def test_an_expectation_that_two_cases_share_is_not_edited_behind_one_of_them(tmp_path: Path) -> None:
    text = "cases:\n- {name: a, input: {}, expect: &same {equals: 1}}\n- {name: b, input: {n: 1}, expect: *same}\n"
    path = tmp_path / "cases.yaml"
    path.write_text(text)
    one = Outdated(load_cases(path)[0], "equals", 1, 2)
    with pytest.raises(ConfigError, match="case 'b' cannot be edited by program"):
        rewrite(path, {path.name: text}, (one,))
    assert path.read_text() == text
