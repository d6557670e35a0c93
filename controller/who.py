"""Who a process is: for the journal's writers and lease."""

from __future__ import annotations

import os
import socket
import uuid


def writer_id() -> str:
    """Return an id for this process in what it appends to a journal."""
    return uuid.uuid4().hex


def holder() -> str:
    """Return who this process is, for people and for finding out whether it still lives."""
    return f"{socket.gethostname()}:{os.getpid()}"


def dead(holder: str) -> bool:
    """Whether a lease's holder is known to be dead: a process of this host that is no more."""
    host, _, pid = holder.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
