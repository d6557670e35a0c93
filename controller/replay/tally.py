"""Many answers in few numbers: how often a policy was wrong on placebo canaries, and whether two policies agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from controller.model import Verdict
from controller.replay.run import Replayed
from controller.replay.wilson import interval


@dataclass(frozen=True)
class Share:
    """So many of so many, with the 95 % interval of the share."""

    count: int
    of: int

    @property
    def rate(self) -> float:
        """The share; NaN of nothing."""
        return self.count / self.of if self.of else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval."""
        return interval(self.count, self.of)


@dataclass(frozen=True)
class Tally:
    """A policy's answers to placebo canaries, in which nothing was changed.

    Attributes:
        policy: its name.
        seeks_benefit: whether its `proceed` claims a benefit, and so is false here.
        verdicts: how often each was answered; a run without end is `undecided`.
        alarms: false alarms, of the canaries that could be judged.
        promotions: promotions, of the same.
        wrong: false decisions: alarms, and promotions when they claim a benefit.
        points: median points to a decision; None when there was none.
    """

    policy: str
    seeks_benefit: bool
    verdicts: dict[Verdict, int]
    alarms: Share
    promotions: Share
    wrong: Share
    points: float | None


def tally(policy: str, answers: Sequence[Replayed], *, seeks_benefit: bool) -> Tally:
    """Return the numbers of one policy."""
    counts = Counter(answer.outcome.verdict for answer in answers)
    judged = sum(answer.seen for answer in answers)
    alarms, promotions = counts[Verdict.ROLLBACK], counts[Verdict.PROCEED]
    needed = [answer.points for answer in answers if answer.seen and answer.points is not None]
    return Tally(
        policy=policy,
        seeks_benefit=seeks_benefit,
        verdicts={verdict: counts[verdict] for verdict in Verdict},
        alarms=Share(alarms, judged),
        promotions=Share(promotions, judged),
        wrong=Share(alarms + promotions * seeks_benefit, judged),
        points=median(needed) if needed else None,
    )


@dataclass(frozen=True)
class Agreement:
    """How alike two policies answered the canaries that both could judge.

    Attributes:
        first, second: their names.
        same: the same verdict.
        alarm: both roll back, or neither does.
        differing: pairs of verdicts that differ, with their number, most frequent first.
    """

    first: str
    second: str
    same: Share
    alarm: Share
    differing: tuple[tuple[Verdict, Verdict, int], ...]


def agreement(first: Sequence[Replayed], second: Sequence[Replayed]) -> Agreement:
    """Return the agreement of two policies on the same canaries, at least one."""
    both = [(a.outcome.verdict, b.outcome.verdict) for a, b in zip(first, second, strict=True) if a.seen and b.seen]
    pairs = Counter(pair for pair in both if pair[0] is not pair[1])
    alarm = sum((a is Verdict.ROLLBACK) == (b is Verdict.ROLLBACK) for a, b in both)
    return Agreement(
        first[0].policy,
        second[0].policy,
        Share(len(both) - pairs.total(), len(both)),
        Share(alarm, len(both)),
        tuple((a, b, count) for (a, b), count in pairs.most_common()),
    )
