"""The wall clock, and jumps of it."""

from __future__ import annotations

import subprocess

from controller.adapters.clock import JUMP, Clock


class _Set(Clock):
    """A clock that somebody sets: the real one, moved."""

    def __init__(self) -> None:
        self.moved = 0.0
        super().__init__()

    def now(self) -> float:
        return super().now() + self.moved


def test_it_tells_the_time_of_this_machine() -> None:
    before = Clock().now()
    said = float(subprocess.run(["date", "+%s.%N"], capture_output=True, text=True, check=True).stdout)
    assert before - 1 < said < Clock().now() + 1


def test_time_that_passes_is_no_jump() -> None:
    clock = Clock()
    assert [clock.jumped() for _ in range(3)] == [0.0, 0.0, 0.0]


def test_a_clock_that_is_set_jumped_once_by_as_much_as_it_was_set() -> None:
    for jump in (3600.0, -3600.0, JUMP + 1):
        clock = _Set()
        clock.moved = jump
        assert abs(clock.jumped() - jump) < 1
        assert clock.jumped() == 0.0


def test_a_small_correction_is_no_jump() -> None:
    clock = _Set()
    clock.moved = JUMP / 2
    assert clock.jumped() == 0.0
