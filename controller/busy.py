"""How long the controller itself is at work in a cycle: the time of its steps, not the waiting between them."""

from __future__ import annotations


class Busy:
    """Adds up the seconds of a cycle's steps, by phase."""

    def __init__(self) -> None:
        self._cycle: int | None = None
        self._seconds: dict[str, float] = {}

    def add(self, cycle: int, phase: str, seconds: float) -> None:
        """Add a step of a cycle; another cycle begins from nothing."""
        if cycle != self._cycle:
            self._cycle, self._seconds = cycle, {}
        self._seconds[phase] = self._seconds.get(phase, 0.0) + seconds

    def text(self, cycle: int) -> str:
        """Return what a cycle took, for people: in all, and the phases that took the most first."""
        found = self._seconds if cycle == self._cycle else {}
        parts = sorted(found.items(), key=lambda item: -item[1])
        shown = ", ".join(f"{phase} {seconds:.2f} s" for phase, seconds in parts)
        return (
            f"cycle {cycle} took {sum(found.values()):.2f} s of the controller's own work ({shown or 'no step of it'})"
        )
