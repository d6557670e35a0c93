"""The report's section about bounds: what was adjusted, why, and how the parameter did before and after."""

from __future__ import annotations

from pathlib import Path

from controller.journal import event as ev
from controller.report import bounds
from controller.report.material import Material
from tests.controller.casebook.past import BEGIN, PRIMARY, Past
from tests.controller.report.materials import DAY, impact, material, measured

STAY = {"temperature": 0.6, "top_k": 12}


def observed(past: Past, level: float) -> None:
    found = (ev.Observation(kpi=PRIMARY, content="number", level=level),)
    past.add(ev.Observed(cycle=past.cycle, window=60.0, observations=found))


def adjusted(past: Past, parameter: str, kind: ev.BoundsKind, low: float) -> None:
    past.now += 60
    past.add(
        ev.BoundsAdjusted(
            parameter=parameter,
            adjustment=kind,
            low=low,
            high=1.2,
            old_low=0.1,
            old_high=2.0,
            reason="3 rollbacks | of it",
        )
    )


def made(folder: Path, since: float = BEGIN - 1) -> Material:
    with Past(folder) as past:
        for level in (0.50, 0.52, 0.54):
            past.propose(effect=None).start()
            observed(past, level)
            measured(past, "rollback", "rolled_back", impact(-0.2, None, None), values=STAY)
        adjusted(past, "temperature", "contracted", 0.3)
        adjusted(past, "top_k", "reset", 0.5)
        past.propose(effect=None).start()
        observed(past, 0.58)
        measured(past, "proceed", "promoted", impact(0.02, None, None), values={**STAY, "temperature": 0.75})
        adjusted(past, "temperature", "expanded", 0.2)
        return material(past.journal.read(), since)


def test_each_adjustment_stands_between_how_the_parameter_did_before_and_after(tmp_path: Path) -> None:
    contracted, reset, expanded = bounds.changes(made(tmp_path))
    assert str(contracted.before) == "0 promoted, 3 rolled back of 3"
    assert str(contracted.after) == "1 promoted, 0 rolled back of 1"
    assert (contracted.before.level, contracted.after.level) == (0.54, 0.58)
    assert (str(reset.before), str(reset.after)) == ("none", "none")
    assert expanded.before == contracted.after
    assert (expanded.after.tried, expanded.after.level) == (0, None)


def test_the_newest_adjustment_comes_first_in_both_forms(tmp_path: Path) -> None:
    part = bounds.section(made(tmp_path))
    assert len(part.lines) == 2 + 3
    assert "| temperature | expanded | 0.1 to 2 | 0.2 to 1.2 | 1 promoted, 0 rolled back of 1 | none |" in part.lines[2]
    assert part.lines[2].endswith(r"| 3 rollbacks \| of it |")
    assert isinstance(part.data, list)
    assert [item["adjustment"] for item in part.data] == ["expanded", "reset", "contracted"]
    assert part.data[0]["from"] == [0.1, 2.0]


def test_only_adjustments_of_the_period_are_told_with_a_before_from_before_it(tmp_path: Path) -> None:
    whole = bounds.changes(made(tmp_path))
    (tmp_path / "again").mkdir()
    late = bounds.changes(made(tmp_path / "again", since=whole[-1].at - 1))
    assert [change.adjusted.adjustment for change in late] == ["expanded"]
    assert late[0].before.tried == 1


def test_a_period_without_adjustments_says_so(tmp_path: Path) -> None:
    part = bounds.section(made(tmp_path, since=BEGIN + 6 * DAY))
    assert part.lines == ("No bounds were adjusted in this period.",)
    assert part.data == []
