"""Files of cases: read strictly, with errors that say file, line, case and key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from controller.errors import ConfigError
from controller.golden.load import load_cases, parse_cases
from exporter.parameter import ParameterSpec, choice
from exporter.parameters import ParameterSpecs

SPECS = ParameterSpecs((ParameterSpec("top", "int", 1, 9, 3), choice("mode", ("calm", "bold"), "calm")))
ONE = "cases: [{name: x, input: {}, expect: {}}]\n"


def _written(folder: Path, text: str | bytes, name: str = "cases.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _refused(folder: Path, text: str | bytes) -> str:
    path = _written(folder, text)
    with pytest.raises(ConfigError) as caught:
        load_cases(path, SPECS)
    assert str(path) in str(caught.value)
    return str(caught.value).replace(f"{path}", "F")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cases: []", "F: holds no golden case"),
        ("cases: [", "the golden cases are wrong: not YAML"),
        ("", "F:1: the golden cases are wrong: expected `cases:`"),
        ("[1]", "F:1: the golden cases are wrong: expected `cases:`"),
        ("cases:\n- name: x\n  input: {}\n", "F:2: case 'x': key 'expect' is missing"),
        ("cases:\n- input: {}\n  expect: {}\n", "F:2: case 1: key 'name' is missing"),
        (
            "cases:\n- name: x\n  input: {}\n  expect:\n    equal: [1]\n",
            "F:5: case 'x': unknown key 'expect.equal'; did you mean 'equals'?",
        ),
        (
            "cases:\n- name: x\n  inputs: {}\n  expect: {}\n",
            "F:3: case 'x': unknown key 'inputs'; did you mean 'input'?",
        ),
        ("case: []\n", "F:1: unknown key 'case'; did you mean 'cases'?"),
        ("cases:\n- name: x\n  name: y\n  input: {}\n  expect: {}\n", "F:3: key 'name' stands twice (first in line 2)"),
        (ONE.replace("]", ", {name: x, input: {}, expect: {}}]"), "F:1: case 'x' stands twice, first in line 1"),
        (ONE.replace("input: {}", "input: {day: 2026-01-01}"), "F:1: case 'x': input: 2026-01-01 is a date"),
        (ONE.replace("input: {}", "input: {a: .nan}"), "input: nan is no JSON number"),
        (ONE.replace("input: {}", "input: {a: {$set: shelf}}"), "input.a: no set 'shelf' in this file; there are none"),
        ("sets: {shelf: []}\n" + ONE.replace("input: {}", "input: {a: {$set: self}}"), "did you mean 'shelf'?"),
        (ONE.replace("input: {}", "input: {parameters: {}}"), "write `parameters:` beside `input:`"),
        (ONE.replace("expect: {}", "expect: {count: true}"), "expect.count"),
        (ONE.replace("expect: {}", "expect: {count: tops}"), "unknown parameter 'tops'; did you mean 'top'?"),
        (
            ONE.replace("expect: {}", "expect: {among: shelf.id}"),
            "expect.among: 'shelf.id': the input has no list 'shelf'",
        ),
        (ONE.replace("expect: {}", "expect: {between: [2, 1]}"), "between: 2 is above 1"),
        (ONE.replace("expect: {}", "expect: {error: nope, count: 1}"), "error stands alone"),
        (ONE.replace("expect: {}", "expect: {compare: [{then: same}]}"), "changes nothing"),
        (ONE.replace("expect: {}", "expect: {compare: [{input: {a: 1}, then: bigger}]}"), "expect.compare.0.then"),
        (ONE.replace("expect: {}", "parameters: {tops: 1}, expect: {}"), "case 'x': unknown parameter 'tops'"),
        (ONE.replace("expect: {}", "parameters: {top: 99}, expect: {}"), "case 'x': parameter top: 99"),
        (ONE.replace("expect: {}", "parameters: {mode: loud}, expect: {}"), "parameter mode"),
        ("cases: &a [*a]\n", "F:1: case 1: it: expected keys and values"),
        ("cases: 2026-99-99\n", "month must be in"),
        (b"cases: caf\xe9", "not UTF-8"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert said in _refused(tmp_path, text)


def test_a_file_that_unfolds_to_far_too_much_is_refused_at_once(tmp_path: Path) -> None:
    layers = "\n".join(f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12))
    text = f"sets:\n  l0: &l0 [1]\n{layers}\ncases: [{{name: x, input: {{a: *l11}}, expect: {{}}}}]\n"
    assert "more than 200,000 values" in _refused(tmp_path, text)


def test_missing_cases_are_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read the golden cases .*No such file"):
        load_cases(tmp_path / "none.yaml")
    with pytest.raises(ConfigError, match="the folder holds no golden cases"):
        load_cases(tmp_path)


def test_a_folder_is_read_whole_in_the_order_of_its_names(tmp_path: Path) -> None:
    _written(tmp_path, ONE.replace("name: x", "name: second"), "b.yml")
    _written(tmp_path, ONE.replace("name: x", "name: first"), "a.yaml")
    _written(
        tmp_path, json.dumps({"cases": [{"name": "third", "input": {"n": 1}, "expect": {"equals": None}}]}), "c.json"
    )
    _written(tmp_path, "no cases", "changes.log")
    found = load_cases(tmp_path, SPECS)
    assert [(case.name, case.file) for case in found] == [("first", "a.yaml"), ("second", "b.yml"), ("third", "c.json")]
    assert found[2].expect.exact
    assert not found[0].expect.exact
    _written(tmp_path, ONE.replace("name: x", "name: first"), "d.yaml")
    with pytest.raises(ConfigError, match=r"d.yaml: case 'first' stands twice, first in a.yaml"):
        load_cases(tmp_path)


def test_sets_are_filled_in_also_where_a_comparison_changes_the_input(tmp_path: Path) -> None:
    text = """
sets: {shelf: [{id: a}, {id: b}], other: [{id: c}]}
cases:
- name: x
  input: {items: {$set: shelf}, seed: 1}
  expect:
    among: items.id
    compare: [{input: {items: {$set: other}}, then: different}]
"""
    (found,) = parse_cases(text, tmp_path / "x.yaml", SPECS)
    assert found.input == {"items": [{"id": "a"}, {"id": "b"}], "seed": 1}
    assert found.expect.compare[0].input == {"items": [{"id": "c"}]}
    assert found.file == "x.yaml"


def test_a_number_with_an_exponent_is_a_number() -> None:
    (found,) = parse_cases(ONE.replace("expect: {}", "expect: {equals: [1e-9, -2E3, 1.5e4, 1e, e1]}"), Path("x.yaml"))
    assert found.expect.equals == [1e-9, -2000.0, 15000.0, "1e", "e1"]


def test_a_users_file_key_is_no_key(tmp_path: Path) -> None:
    assert "unknown key 'file'" in _refused(tmp_path, ONE.replace("name: x", "name: x, file: y"))
