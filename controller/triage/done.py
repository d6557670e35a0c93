"""What came of a report: adjustments that were asked for, and issues that were written."""

from __future__ import annotations

from dataclasses import dataclass

from controller.counted import counted
from controller.journal.event import BoundsAdjustRequested

FAILED = "failed"  # the action of a pattern of which the issue tracker would not hear


@dataclass(frozen=True)
class Told:
    """What became of one pattern in the issue tracker.

    Attributes:
        fingerprint: of the pattern.
        action: created, commented, reopened, known, declined, failed, or `would ...` of a dry run.
        number: of the issue, None without one.
        url: of the issue, empty without one.
        status: open or closed; empty without an issue.
        closed_by: who closed it; empty when it is open or nobody knows.
        text: what was done, in words.
    """

    fingerprint: str
    action: str
    number: int | None = None
    url: str = ""
    status: str = ""
    closed_by: str = ""
    text: str = ""

    @property
    def done(self) -> bool:
        """Whether something was written."""
        return self.action in ("created", "commented", "reopened")


@dataclass(frozen=True)
class Done:
    """What came of a report.

    Attributes:
        asked: adjustments of bounds that the controller was asked for.
        told: what became of the patterns in the issue tracker.
        trouble: why the issue tracker could not be told, empty when it could, or was not to be.
    """

    asked: tuple[BoundsAdjustRequested, ...] = ()
    told: tuple[Told, ...] = ()
    trouble: str = ""

    @property
    def whole(self) -> bool:
        """Whether the issue tracker knows all that it was to be told."""
        return not self.trouble and not any(one.action == FAILED for one in self.told)

    @property
    def line(self) -> str:
        """It in a clause, empty when nothing came of it."""
        counts = {action: sum(one.action == action for one in self.told) for action in _ACTIONS}
        parts = [f"asked for other bounds of {', '.join(one.parameter for one in self.asked)}"] if self.asked else []
        parts += [_counted(action, count) for action, count in counts.items() if count]
        parts += [f"the first: {one.text}" for one in self.told if one.action == FAILED][:1]
        if self.trouble:
            parts.append(f"issues not written: {self.trouble}")
        return ", ".join(parts)


def _counted(action: str, count: int) -> str:
    issues = counted(count, "issue")
    return f"{action} {issues}" if action.startswith("would ") else f"{issues} {action}"


_ACTIONS = ("created", "commented", "reopened", FAILED, "would create", "would comment", "would reopen", "put off")
