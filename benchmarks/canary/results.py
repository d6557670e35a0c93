"""A benchmark's raw results and their JSON: per family and judge how often which verdict fell at which point."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.canary.family import Family
from benchmarks.canary.seeds import SeedSet
from benchmarks.canary.tally import Tally
from controller.model import Verdict

_NEVER = "never"  # as the key of a verdict without a point


@dataclass(frozen=True)
class Results:
    """All tallies of a benchmark, and which data they are from."""

    seeds: SeedSet
    tallies: tuple[Tally, ...]

    @property
    def families(self) -> list[str]:
        """Names in the order of measurement."""
        return list(dict.fromkeys(tally.family for tally in self.tallies))

    @property
    def judges(self) -> list[str]:
        """Names in the order of measurement."""
        return list(dict.fromkeys(tally.judge for tally in self.tallies))

    def get(self, family: str, judge: str) -> Tally | None:
        """Return the tally of a family and a judge, if it was measured."""
        return next((tally for tally in self.tallies if (tally.family, tally.judge) == (family, judge)), None)


def dump(results: Results, families: Mapping[str, Family], path: Path) -> None:
    """Write results as JSON, one tally a line."""
    head = {"command": "python -m benchmarks.canary", "seeds": results.seeds, "unit": "point of 15 s, from 0"}
    known = [
        {"name": name, "truth": families[name].truth, "effect": families[name].effect} for name in results.families
    ]
    lines = [json.dumps({key: value})[1:-1] for key, value in head.items()]
    lines += [_array("families", [json.dumps(family) for family in known])]
    lines += [_array("tallies", [json.dumps(_record(tally)) for tally in results.tallies])]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def load(path: Path) -> Results:
    """Read what `dump` wrote. Raises KeyError and ValueError where it is something else."""
    read = json.loads(path.read_text(encoding="utf-8"))
    tallies = tuple(
        Tally(
            family=record["family"],
            judge=record["judge"],
            ends={
                (Verdict(verdict), None if point == _NEVER else int(point)): count
                for verdict, points in record["ends"].items()
                for point, count in points.items()
            },
            seconds=record["seconds"],
        )
        for record in read["tallies"]
    )
    return Results(SeedSet(read["seeds"]), tallies)


def _array(key: str, lines: list[str]) -> str:
    return f'"{key}": [\n' + ",\n".join(lines) + "\n]"


def _record(tally: Tally) -> Mapping[str, object]:
    ends: dict[str, dict[str, int]] = defaultdict(dict)
    for (verdict, point), count in sorted(tally.ends.items(), key=lambda end: (end[0][0], end[0][1] or -1)):
        ends[verdict][_NEVER if point is None else str(point)] = count
    record = {"family": tally.family, "judge": tally.judge, "runs": tally.runs}
    return {**record, "seconds": round(tally.seconds, 3), "ends": ends}
