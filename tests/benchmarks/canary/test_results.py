"""Raw results survive their file."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.canary.families import find
from benchmarks.canary.results import Results, dump, load


def test_what_was_written_is_read_again(tiny: Results, tmp_path: Path) -> None:
    path = tmp_path / "canary.json"
    dump(tiny, find(), path)
    read = load(path)
    assert read.seeds == tiny.seeds
    assert read.families == list(find())
    assert read.judges == ["ours", "hasty"]
    for before, after in zip(tiny.tallies, read.tallies, strict=True):
        assert (before.family, before.judge, before.ends) == (after.family, after.judge, after.ends)
        assert after.seconds == pytest.approx(before.seconds, abs=0.001)
    dump(read, find(), tmp_path / "again.json")
    assert path.read_bytes() == (tmp_path / "again.json").read_bytes()


def test_a_pair_that_was_not_measured_has_no_tally(tiny: Results) -> None:
    assert tiny.get("rho 0", "nobody") is None
    found = tiny.get("rho 0", "hasty")
    assert found is not None
    assert found.runs == 4
