"""Raw results survive their JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.autopilot.results import PAIRED_SEEDS, Results, dump, load


def test_what_is_written_is_read_again(tiny: Results, tmp_path: Path) -> None:
    path = tmp_path / "raw.json"
    dump(tiny, path)
    assert load(path) == tiny
    assert "NaN" not in path.read_text()


def test_scores_hold_every_seed_and_pairs_only_of_ours_in_the_shown_case(tiny: Results) -> None:
    assert tiny.cases == ["quadratic-5-low", "bent-5-low, daily"]
    assert tiny.proposers == ["kalman", "static", "random"]
    assert [len(score.seeds) for score in tiny.scores] == [4, 4, 4, 2, 2]
    assert [bool(score.pairs) for score in tiny.scores] == [True, False, False, False, False]
    assert len(tiny.scores[0].pairs) <= PAIRED_SEEDS * 60
    static = tiny.get("quadratic-5-low", "static")
    assert static is not None
    assert static.figure("regret").mean == pytest.approx(1.0)
    assert static.figure("regret").count == 4
    assert tiny.get("bent-5-low, daily", "random") is None


@pytest.mark.parametrize("text", ['{"seed_set": "dev"}', '{"seed_set": "test", "scores": []}', "{"])
def test_something_else_is_no_result(text: str, tmp_path: Path) -> None:
    path = tmp_path / "raw.json"
    path.write_text(text)
    with pytest.raises((KeyError, ValueError)):
        load(path)
