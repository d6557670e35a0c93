"""The command line: what it measures, what it prints, where it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.canary import __main__ as command
from benchmarks.canary import judges
from benchmarks.canary.families import find
from benchmarks.canary.plots import one_canary, peeking
from tests.benchmarks.canary.simple import eager, hasty


@pytest.fixture(autouse=True)
def _simple(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judges, "find", lambda: {"ours": eager, "hasty": hasty})
    monkeypatch.setattr(peeking, "_CASES", 10)
    monkeypatch.setattr(one_canary, "_TRIED", 3)


FEW = ["--runs", "4", "--seed-set", "dev", "--jobs", "1"]


def test_a_part_is_printed_and_its_raw_results_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = tmp_path / "raw.json"
    command.main([*FEW, "--only", "rho 0", "--only", "drift*", "--judges", "hasty", "--json", str(raw)])
    printed = capsys.readouterr()
    assert "| drift, 4 h wave | 4 | **100.0 ± 0.0** |" in printed.out
    assert "rho 0.5" not in printed.out.partition("## Families")[0]
    assert printed.err == ""  # no progress bar: this is no terminal
    assert {tally["judge"] for tally in json.loads(raw.read_text())["tallies"]} == {"hasty"}


def test_out_gets_page_plots_and_results_and_they_can_be_drawn_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    command.main([*FEW, "--only", "rho 0*", "--out", str(first)])
    command.main(["--from", str(first / "canary.json"), "--out", str(second)])
    names = sorted(path.name for path in first.iterdir())
    assert names == [
        "canary-false-decisions.svg",
        "canary-one.svg",
        "canary-peeking.svg",
        "canary-power.svg",
        "canary.json",
        "canary.md",
    ]
    assert [(second / name).read_bytes() for name in names] == [(first / name).read_bytes() for name in names]
    assert f"wrote {second / 'canary.md'}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--only", "nonsense"], "no family is called 'nonsense'; there are: rho 0; "),
        (["--judges", "nobody"], "no judge is called 'nobody'; there are: ours; hasty"),
        (["--runs", "0"], "0 is less than 1"),
        (["--seed-set", "test"], "--seed-set"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(given: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(given)
    assert message in capsys.readouterr().err


def test_the_list_names_every_family(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--list"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[0] for line in lines] == list(find())


def test_help_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(["--help"])
    assert caught.value.code == 0
    assert "(2000)" in capsys.readouterr().out
