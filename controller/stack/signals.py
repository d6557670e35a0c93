"""Ctrl-C and its kin: held back while something must not be cut in half, or handled for the length of a block."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import FrameType

_HELD: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def held_back() -> Iterator[None]:
    """Deliver these signals after the block, not within. Only the main thread receives any; elsewhere do nothing.

    They are caught, not blocked: a program that is started within would inherit a block, but not a handler.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _frame: came.append(number)) for number in _HELD}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
    if came:
        signal.raise_signal(came[0])


@contextmanager
def handled(numbers: Iterable[signal.Signals], handler: Callable[[], None]) -> Iterator[None]:
    """Call `handler` for these signals within the block, on the main thread; afterwards all is as it was before."""

    def caught(_number: int, _frame: FrameType | None) -> None:
        handler()

    before = {number: signal.signal(number, caught) for number in numbers}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, signal.SIG_DFL if previous is None else previous)
