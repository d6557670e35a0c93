"""`python -m benchmarks.cycle`: run whole cycles on a live stack and say what they cost; write the page."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.cycle.measure import measure
from benchmarks.cycle.page import publish
from controller.stack.checkout import checkout
from exporter.parameters import Values

CYCLES: tuple[Values | None, ...] = ({"discount": 0.2}, {"suggestions": 12}, {"layout": "grid"}, None)


def main(given: list[str] | None = None) -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cycle", description="Measure what a cycle costs.")
    parser.add_argument("--cycles", type=int, default=len(CYCLES), help="how many of them (%(default)s)")
    parser.add_argument("--out", type=Path, default=checkout() / "docs" / "benchmarks", metavar="FOLDER")
    arguments = parser.parse_args(given)
    costs = measure(CYCLES[: arguments.cycles])
    for cost in costs:
        print(f"{cost.asked}: {cost.outcome}, {cost.busy:.2f} s of work in {cost.seconds:.1f} s")
    print(publish(arguments.out, costs))


if __name__ == "__main__":
    main()
