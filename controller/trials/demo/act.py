"""What an act is: a name, what it shows, and a play that returns its evidence or fails with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from controller.trials.demo.stage import Stage

Evidence = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """One act of the demo."""

    name: str
    promise: str
    play: Callable[[Stage], Evidence]


@dataclass(frozen=True)
class Result:
    """How an act went; `evidence` holds what was read, or `failure`."""

    name: str
    promise: str
    passed: bool
    seconds: float
    evidence: Evidence = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return it as it stands in summary.json."""
        return {
            "name": self.name,
            "promise": self.promise,
            "passed": self.passed,
            "seconds": round(self.seconds, 1),
            "evidence": self.evidence,
        }
