"""`vvtvctl test golden ...` as somebody at a terminal has it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.controller.cli.terminal import Result, Terminal
from tests.controller.world import settings

CODE = """
import sys
def answer(case):
    found = sorted(case["items"], key=lambda item: -item["score"])
    return [item["id"] for item in found]
"""
CASES = """\
# what the shop shows
cases:
- name: best first
  input: {items: [{id: a, score: 1}, {id: b, score: 2}]}
  expect: {equals: [b, a]}  # by score
- name: nothing
  input: {items: []}
  expect: {equals: []}
"""
Golden = Callable[..., Result]


@pytest.fixture
def golden(terminal: Terminal) -> Golden:
    """Return what runs `vvtvctl test ...` on a shop with two cases."""
    folder = terminal.config.parent
    (folder / "shop_shows.py").write_text(CODE)
    (folder / "cases.yaml").write_text(CASES)
    section = {"callable": "shop_shows:answer", "cases": "cases.yaml"}
    terminal.config.write_text(yaml.safe_dump({**settings(), "golden": section}))

    def run(command: str, *arguments: str) -> Result:
        return terminal.run("test", command, *terminal.place, *arguments)

    return run


def _break(folder: Path) -> None:
    (folder / "shop_shows.py").write_text(CODE.replace('-item["score"]', 'item["score"]'))


def _took(base: Path, seconds: float) -> None:
    """Let every case of a baseline have taken so long, on whatever machine."""
    found = json.loads(base.read_text())
    for case in found["cases"].values():
        case["seconds"] = seconds
    base.write_text(json.dumps(found))


def test_a_run_that_passes_says_how_many_how_often_how_long_and_who(golden: Golden) -> None:
    done = golden("golden")
    assert done.code == 0
    assert re.match(r"2 golden cases passed in \d+\.\d+ s\b", done.out)
    assert "(each twice), answered by the function shop_shows:answer" in done.out.replace("\n", " ").replace("  ", " ")
    assert "slowest: " in done.out
    assert golden("golden", "--json").json()["cases"] == 2


def test_a_case_that_fails_is_shown_with_its_difference(golden: Golden, tmp_path: Path) -> None:
    _break(tmp_path)
    done = golden("golden", "--no-cache")
    assert done.code == 1
    assert "FAILED best first (cases.yaml)" in done.out
    assert "moved b (1 to 2); first at 1: expected b, got a" in done.out
    assert "1         b         a" in done.out
    assert "2 golden cases: 1 failed" in done.out
    found = golden("golden", "--json").json()
    assert (found["passed"], found["outcomes"]["failed"], found["results"][0]["answer"]) == (False, 1, ["a", "b"])


def test_cases_and_values_can_be_chosen(golden: Golden) -> None:
    found = golden("golden", "--case", "noth*", "--set", "price=1.2", "--json").json()
    assert [(case["name"], case["values"]["price"]) for case in found["results"]] == [("nothing", 1.2)]
    assert "none of the 2 cases is called so" in golden("golden", "--case", "x").error()
    assert "unknown parameter 'prise'" in golden("golden", "--set", "prise=2").error()


def test_files_for_ci_and_for_later_comparison(golden: Golden, tmp_path: Path) -> None:
    junit, base = tmp_path / "golden.xml", tmp_path / "base.json"
    assert golden("golden", "--junit", str(junit), "--save-baseline", str(base)).code == 0
    assert ET.parse(junit).getroot().get("tests") == "2"  # noqa: S314 - our own XML
    _took(base, 1000.0)
    assert "as in the baseline" in golden("golden", "--baseline", str(base)).out
    _break(tmp_path)
    done = golden("golden", "--baseline", str(base), "--junit", str(junit))
    assert done.code == 1
    assert "newly failing (1): best first" in done.out
    assert "other answers than in the baseline (1):" in done.out
    assert ET.parse(junit).getroot().get("failures") == "1"  # noqa: S314 - our own XML
    changes = golden("golden", "--baseline", str(base), "--json").json()["changes"]
    assert (changes["failing"], changes["passing"]) == (["best first"], [])


def test_slower_cases_fail_only_when_that_is_asked_for(golden: Golden, tmp_path: Path) -> None:
    base = tmp_path / "base.json"
    golden("golden", "--save-baseline", str(base))
    _took(base, 0.001)
    slow = CODE.replace("def answer(case):", "import time\ndef answer(case):\n    time.sleep(0.1)")
    (tmp_path / "shop_shows.py").write_text(slow)
    done = golden("golden", "--baseline", str(base))
    assert done.code == 0
    assert "slower: best first took" in done.out
    assert golden("golden", "--baseline", str(base), "--fail-slower").code == 1
    assert "give --baseline FILE" in golden("golden", "--fail-slower").error()


def test_coverage_is_for_functions(golden: Golden, terminal: Terminal) -> None:
    done = golden("golden", "--coverage", "--case", "nothing")
    assert done.code == 0
    assert "shop_shows.py" in done.out
    assert golden("golden", "--coverage", "--json").json()["coverage"][0]["unreached"] == []
    section = {"command": ["cat"], "cases": "cases.yaml"}
    terminal.config.write_text(yaml.safe_dump({**settings(), "golden": section}))
    assert "needs golden.callable, not a command or a url" in golden("golden", "--coverage").error()


@pytest.mark.parametrize(
    ("section", "code", "said"),
    [
        ({"command": ["no-such-program"], "cases": "cases.yaml"}, 3, "no program 'no-such-program'"),
        ({"callable": "shop_shows:nope", "cases": "cases.yaml"}, 2, "'shop_shows:nope' cannot be loaded"),
        ({"callable": "shop_shows:answer", "cases": "none.yaml"}, 2, "cannot read the golden cases"),
        ({"callable": "shop_shows:answer", "url": "http://x", "cases": "cases.yaml"}, 2, "exactly one of"),
        (None, 2, "has no section `golden`"),
    ],
)
def test_exit_codes_say_whose_fault_it_is(
    golden: Golden, terminal: Terminal, section: dict[str, object] | None, code: int, said: str
) -> None:
    terminal.config.write_text(yaml.safe_dump({**settings(), "golden": section}))
    done = golden("golden")
    assert done.code == code
    assert said in done.error()


def test_an_unavailable_subject_is_json_too(golden: Golden, terminal: Terminal) -> None:
    terminal.config.write_text(yaml.safe_dump({**settings(), "golden": {"command": ["none"], "cases": "cases.yaml"}}))
    done = golden("golden", "--json")
    assert (done.code, done.json()["passed"]) == (3, False)


@pytest.mark.parametrize("text", ["0s", "soon", "-5", "nan"])
def test_a_timeout_that_is_none_is_refused(golden: Golden, text: str) -> None:
    assert golden("golden", f"--timeout={text}").error().startswith("--timeout: ")


def test_the_whole_run_ends_when_the_command_line_says_so(golden: Golden, tmp_path: Path) -> None:
    (tmp_path / "shop_shows.py").write_text("import time\ndef answer(case): time.sleep(60)\n")
    done = golden("golden", "--timeout", "300ms", "--workers", "1")
    assert done.code == 1
    assert "NOT RUN best first" in done.out


def test_gaps_are_listed_and_filled(golden: Golden, tmp_path: Path) -> None:
    done = golden("golden-gaps")
    assert done.code == 0
    assert "items: a hundred items or more" in done.out
    assert "next: vvtvctl test golden-generate --ways 2" in done.out
    before = golden("golden-gaps", "--json").json()
    shown = golden("golden-generate", "--reason", "first", "--dry-run")
    assert "$set: items" in shown.out
    assert "nothing was done" in shown.err
    assert not (tmp_path / "generated.yaml").exists()
    assert golden("golden-generate", "--reason", "first").code == 2  # no terminal, no --yes
    done = golden("golden-generate", "--reason", "first", "--yes")
    assert "review each, then commit the file" in done.out
    assert (
        (tmp_path / "generated.yaml").read_text().startswith("# Generated by `vvtvctl test golden-generate --ways 2`")
    )
    assert golden("golden-generate", "--reason", "again", "--yes").code == 4
    (tmp_path / "golden").mkdir()
    for name in ("cases.yaml", "generated.yaml"):
        (tmp_path / name).rename(tmp_path / "golden" / name)
    config = tmp_path / "shop.yaml"
    config.write_text(config.read_text().replace("cases: cases.yaml", "cases: golden"))
    assert golden("golden", "--no-cache").code == 0
    after = golden("golden-gaps", "--json").json()
    assert len(after["gaps"]) == 0 < len(before["gaps"])
    assert "nothing to generate" in golden("golden-generate", "--reason", "x", "--dry-run").out


def test_expectations_are_regenerated_after_a_look(golden: Golden, tmp_path: Path) -> None:
    assert "nothing to replace" in golden("golden-regenerate", "--reason", "x", "--dry-run").out
    _break(tmp_path)
    path = tmp_path / "cases.yaml"
    shown = golden("golden-regenerate", "--reason", "worst first now", "--dry-run")
    assert "1/1 best first (cases.yaml)" in shown.out
    assert "would replace 1 expectation; nothing was done" in shown.out
    assert golden("golden-regenerate", "--reason", "x").code == 2
    assert path.read_text() == CASES
    done = golden("golden-regenerate", "--reason", "worst first now", "--yes")
    assert "replaced 1 of 1" in done.out
    assert path.read_text() == CASES.replace("[b, a]", "[a, b]")
    entry = json.loads((tmp_path / "changes.log").read_text())
    assert (entry["reason"], entry["cases"]) == ("worst first now", ["best first"])
    assert entry["actor"]
    assert golden("golden", "--no-cache").code == 0


@pytest.mark.parametrize(
    ("answers", "written"), [("y\n", True), ("n\n", False), ("q\n", False), ("a\n", True), ("\n", False)]
)
def test_each_expectation_is_asked_about(
    golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: str, *, written: bool
) -> None:
    _break(tmp_path)
    replies = iter(["y", *answers.split("\n")])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: next(replies))
    done = golden("golden-regenerate", "--reason", "worst first now")
    assert done.code == 0
    assert ("[a, b]" in (tmp_path / "cases.yaml").read_text()) is written


def test_what_only_people_may_change_is_told(golden: Golden, tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(CASES.replace("{equals: [b, a]}", "{includes: [z]}"))
    done = golden("golden-regenerate", "--reason", "x", "--dry-run", "--json").json()
    assert (done["outdated"], done["other"]) == ([], ["best first: z: must be selected"])
