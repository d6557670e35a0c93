"""The kinds of failures, the category that each belongs to, and how people read them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Category(StrEnum):
    """What failed."""

    PERFORMANCE = "performance"
    STABILITY = "stability"
    VALIDATION = "validation"
    CANARY = "canary"
    DRIFT = "drift"


class Case(StrEnum):
    """What a kind of failure is counted against: how often it might have happened."""

    MOVE = "canaries with this move"
    CANARY = "canaries"
    CYCLE = "cycles"
    VALIDATION = "runs of the golden cases"
    PREDICTION = "predictions of this metric"
    CHANGE = "changes put in force"
    REQUEST = "requests of operators"
    RUN = "runs of this job"
    START = "starts of a controller"
    DAY = "days"


@dataclass(frozen=True)
class Kind:
    """A kind of failure.

    Attributes:
        name: in the journal, in JSON and in fingerprints.
        category: what failed.
        case: what it is counted against.
        says: the failure in words; `{}` is its subject.
        share: the share of cases that may fail so before something ought to be changed: what confidence is about.
    """

    name: str
    category: Category
    case: Case
    says: str
    share: float = 0.1

    def text(self, subject: str) -> str:
        """Return the failure of a subject in words."""
        return self.says.format(subject) if subject else self.says.replace(" ({})", "").format("it")


HALF: Final = 0.5  # a kind of move is worth giving up when more than half of its tries fail

KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("harm", Category.PERFORMANCE, Case.MOVE, "canaries that {} do harm", HALF),
        Kind("miss", Category.PERFORMANCE, Case.PREDICTION, "predictions of {} miss what is measured"),
        Kind("undone", Category.PERFORMANCE, Case.CHANGE, "operators undo what was put in force ({})"),
        Kind("no_effect", Category.CANARY, Case.MOVE, "canaries that {} show no effect worth having", HALF),
        Kind("noise", Category.CANARY, Case.CANARY, "canaries cannot tell an effect on {} from noise"),
        Kind("blind", Category.CANARY, Case.CYCLE, "canaries cannot be judged for lack of data ({})"),
        Kind("underpowered", Category.CANARY, Case.CYCLE, "canaries are refused: they would not see their effect ({})"),
        Kind("unproposed", Category.CANARY, Case.CYCLE, "cycles end without trying anything ({})"),
        Kind("stopped", Category.CANARY, Case.CANARY, "operators end canaries before their verdict ({})"),
        Kind("golden", Category.VALIDATION, Case.VALIDATION, "golden case {} fails"),
        Kind("refused", Category.VALIDATION, Case.REQUEST, "requests of operators are refused ({})"),
        Kind("incident", Category.STABILITY, Case.CYCLE, "alert {} holds canaries"),
        Kind("lapse", Category.STABILITY, Case.CANARY, "nobody renews the lease of canaries"),
        Kind("held", Category.STABILITY, Case.CYCLE, "cycles are held because Prometheus gives no answer"),
        Kind("failed", Category.STABILITY, Case.CYCLE, "cycles fail ({})"),
        Kind("crash", Category.STABILITY, Case.START, "the controller ends without stopping in good order"),
        Kind("job", Category.STABILITY, Case.RUN, "job {} fails"),
        Kind("emergency", Category.STABILITY, Case.DAY, "operators call an emergency pause"),
        Kind("drift", Category.DRIFT, Case.DAY, "drift is detected: {}"),
    )
}
