"""The checkout of service.py as a plant: a truth for the autopilot to find, before it may touch the real service.

A plant is what you believe of your service. What you are sure of is a constant; what you are not is drawn from the
seed, so that many seeds are many services that might be yours. Seed 0 is the service as service.py has it. Parameters
of a plant are numbers; the layout, which is a choice, stays a list.

    vvtvctl autopilot simulate --plant examples/checkout/plant.py:make --seed 0 --seeds 20
"""

from __future__ import annotations

import random

PERCENT = 100.0  # conversion in percentage points
MILLISECONDS = 1000.0


class Checkout:
    """Visitors see a page with a discount and suggested products; some of them buy.

    Args:
        pull: conversion that a discount of 1 would add.
        peak: the best number of suggestions.
    """

    bounds = {"discount": (0.0, 0.2), "suggestions": (0.0, 12.0)}  # noqa: RUF012 - a plant's, never changed
    start = {"discount": 0.05, "suggestions": 6.0}  # noqa: RUF012
    primary = "conversion"
    guardrails = {"render_time": 140.0}  # noqa: RUF012 - 90 ms at the start, and the margin of autopilot.yaml
    canary_se = 1.25  # points: 2400 visitors in each of two arms; the time to build the page is known better than that

    def __init__(self, pull: float = 1.5, peak: float = 4.0) -> None:
        self.pull, self.peak = pull, peak

    def response(self, values: dict[str, float], day: float) -> dict[str, float]:
        """Return the true conversion in points and the true time to build the page in ms, the same every day."""
        del day
        discount, suggestions = values["discount"], values["suggestions"]
        conversion = 0.2 + self.pull * discount - 0.02 * abs(suggestions - self.peak)
        render_time = 0.02 + 0.01 * suggestions + 0.01
        return {"conversion": PERCENT * conversion, "render_time": MILLISECONDS * render_time}

    def best(self, day: float) -> float:
        """Return the highest conversion: the largest discount, the best suggestions that are fast enough."""
        fast_enough = (self.guardrails["render_time"] / MILLISECONDS - 0.03) / 0.01
        return self.response({"discount": 0.2, "suggestions": min(self.peak, fast_enough)}, day)["conversion"]


def make(seed: int) -> Checkout:
    """Return the service for seed 0, and for any other one that might as well be it."""
    if seed == 0:
        return Checkout()
    rng = random.Random(seed)  # noqa: S311 - beliefs, not secrets
    return Checkout(pull=rng.uniform(0.8, 2.0), peak=rng.uniform(2.0, 8.0))
