"""`vvtvctl test`: proofs of a service's selection code."""

from __future__ import annotations

import click

from controller.cli.lazy import LazyGroup

MEMBERS = {
    "golden": "controller.cli.test.golden:golden",
    "golden-gaps": "controller.cli.test.golden_gaps:golden_gaps",
    "golden-generate": "controller.cli.test.golden_generate:golden_generate",
    "golden-regenerate": "controller.cli.test.golden_regenerate:golden_regenerate",
}


@click.group(cls=LazyGroup, members=MEMBERS)
def test() -> None:
    """Run the golden cases, find what they leave out, and keep them up to date.

    \b
    Examples:
      vvtvctl test golden                     what the gate runs before every canary
      vvtvctl test golden --set top_k=20      the same for values that you have in mind
      vvtvctl test golden-gaps                which values and inputs no case exercises
    """  # noqa: D301 - click reads the backspace character
