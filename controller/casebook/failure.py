"""Why a canary was not promoted: the category, the metric that decided, the numbers, when, and what to do next.

The rules are asked in the order of `RULES`; the first that fits gives the category. What people and machines around the
canary did comes before what its numbers say, because the numbers were not asked then.
"""

from __future__ import annotations

from collections.abc import Callable

from controller.casebook import around, effects
from controller.casebook.category import Failure
from controller.casebook.record import Record
from controller.casebook.words import Terms
from controller.model import Verdict

RULES: tuple[Callable[[Record, Terms], Failure | None], ...] = (
    around.operator,
    around.validation,
    around.never_started,
    effects.harm,
    around.blind,
    around.held,
    around.too_few,
    effects.guardrail_open,
    effects.no_effect,
    effects.noise,
)


def analyse(record: Record, terms: Terms) -> Failure | None:
    """Return why a canary failed; None when it was promoted, is being promoted, or is not over."""
    if record.promoted or not (record.verdict or record.outcome):
        return None
    if record.verdict == Verdict.PROCEED and not record.outcome:
        return None
    return next(found for rule in RULES if (found := rule(record, terms)) is not None)
