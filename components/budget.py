"""A token bucket: a budget that refills at a steady pace up to its capacity. The clock is an argument."""

from __future__ import annotations


class TokenBucket:
    """Starts full. A clock that jumps back refills nothing and is followed from there.

    Args:
        capacity: tokens it holds at most.
        refill: tokens per second.
        now: seconds, of any clock, the same one in every call.
    """

    def __init__(self, capacity: float, refill: float, now: float) -> None:
        if not (capacity > 0 and refill >= 0):
            raise ValueError(f"capacity {capacity} must be positive and refill {refill} not negative")
        self.capacity = capacity
        self._refill = refill
        self._tokens = capacity
        self._at = now

    def _update(self, now: float) -> None:
        self._tokens = min(self.capacity, self._tokens + self._refill * max(0.0, now - self._at))
        self._at = now

    def take(self, now: float, tokens: float = 1.0) -> bool:
        """Spend tokens if that many are there; return whether they were."""
        self._update(now)
        if self._tokens < tokens:
            return False
        self._tokens -= tokens
        return True

    def used(self, now: float) -> float:
        """Return the share that is spent, 0 (full) to 1 (empty)."""
        self._update(now)
        return 1.0 - self._tokens / self.capacity
