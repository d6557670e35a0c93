"""The command line: what it plays, what it prints, where it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.autopilot import __main__ as command
from benchmarks.autopilot.cases import find
from controller.stack.checkout import checkout

FEW = ["--seed-set", "dev", "--seeds", "1", "--workers", "1"]


def test_quick_plays_a_few_cases_and_publishes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    published = checkout() / "docs" / "benchmarks" / "autopilot.json"
    before = published.read_bytes() if published.exists() else None
    raw = tmp_path / "raw.json"
    command.main(["--quick", "--workers", "2", "--json", str(raw)])
    printed = capsys.readouterr()
    assert "### quadratic-5-low\n\n2 seeds." in printed.out
    assert "not for publication" in printed.out
    assert printed.err == ""  # no progress bar: this is no terminal
    scores = json.loads(raw.read_text())["scores"]
    assert {score["proposer"] for score in scores} == set(command.QUICK.proposers)
    assert (published.read_bytes() if published.exists() else None) == before


def test_out_gets_page_plots_and_results_and_they_can_be_drawn_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    command.main([*FEW, "--only", "quadratic-5-low", "--proposers", "static", "kalman", "--out", str(first)])
    command.main(["--from", str(first / "autopilot.json"), "--out", str(second)])
    names = sorted(path.name for path in first.iterdir())
    assert names == [
        "autopilot-course.svg",
        "autopilot-predicted.svg",
        "autopilot-regret.svg",
        "autopilot.json",
        "autopilot.md",
    ]
    assert [(second / name).read_bytes() for name in names] == [(first / name).read_bytes() for name in names]
    assert f"wrote {second / 'autopilot.md'}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--only", "nonsense"], "no case is called 'nonsense'; there are: quadratic-3-low; "),
        (["--proposers", "nobody"], "no proposer is called 'nobody'; there are: kalman; static"),
        (["--seeds", "0"], "0 is less than 1"),
        (["--seed-set", "test"], "--seed-set"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(given: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(given)
    assert message in capsys.readouterr().err


def test_the_list_names_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--list"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[0] for line in lines] == list(find())
