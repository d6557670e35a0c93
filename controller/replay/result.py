"""Everything that a replay found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from controller.config.config import Config
from controller.model import Verdict, Window
from controller.replay.contender import Contender
from controller.replay.ran import Ran
from controller.replay.run import Replayed
from controller.replay.tally import Agreement, Tally, agreement, tally


@dataclass(frozen=True)
class Result:
    """What was replayed, and the answers.

    Attributes:
        config: whose KPIs.
        window: the time that was judged.
        policies: who judged.
        answers: per policy, per canary.
        left_out: placebo canaries that were left out because a real one ran.
        every: seconds between two placebo canaries.
        placebo: whether they are placebo.
        ran: the real canary, when the journal names it.
        absent: arms without any sample, per KPI.
        journal: whether there is a journal that knows of canaries.
        recent: whether the judged time ends now.
    """

    config: Config
    window: Window
    policies: tuple[Contender, ...]
    answers: tuple[tuple[Replayed, ...], ...]
    left_out: int
    every: float
    placebo: bool
    ran: Ran | None
    absent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    journal: bool = True
    recent: bool = True

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """The numbers of each policy."""
        return tuple(
            tally(one.name, answers, seeks_benefit=one.seeks_benefit)
            for one, answers in zip(self.policies, self.answers, strict=True)
        )

    @property
    def agreement(self) -> Agreement | None:
        """How alike the first two policies answered; None when there are not two, or nothing to judge."""
        if len(self.policies) < 2 or not self.answers[0]:  # noqa: PLR2004 - an agreement has two sides
            return None
        return agreement(self.answers[0], self.answers[1])

    @property
    def false(self) -> Iterator[Replayed]:
        """Answers to placebo canaries that were wrong."""
        for one, answers in zip(self.policies, self.answers, strict=True):
            wrong = (Verdict.ROLLBACK, Verdict.PROCEED) if one.seeks_benefit else (Verdict.ROLLBACK,)
            yield from (answer for answer in answers if answer.outcome.verdict in wrong)
