"""A controller's lease of the journal, renewed for as long as it lives.

By a thread of its own: a step may wait for a slow Prometheus, or for the golden cases, for longer than the lease lasts.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from controller import who
from controller.errors import AutopilotError
from controller.journal.store import Journal

LEASE = 10.0  # seconds that a controller holds the journal after each renewal
RENEW = 3.0  # seconds between renewals


@contextmanager
def heartbeat(journal: Journal, now: Callable[[], float]) -> Iterator[None]:
    """Hold the journal inside the block.

    Args:
        journal: what is held.
        now: unix seconds.

    Raises:
        ConflictError: another controller holds it.
        StorageError: it cannot be written.
    """
    ended = threading.Event()

    def lease() -> None:
        journal.acquire(now=now(), seconds=LEASE, holder=who.holder(), dead=who.dead)

    def renew() -> None:
        while not ended.wait(RENEW):
            with contextlib.suppress(AutopilotError):  # a lost journal or a full disk shows in a step
                lease()

    lease()
    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        journal.release()
