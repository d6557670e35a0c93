"""The controller's lease: one row that says which writer acts on the journal, and until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select, update

from controller.journal.tables import LEASE


@dataclass(frozen=True)
class Lease:
    """A lease.

    Attributes:
        owner: the writer that has it.
        holder: its process, in words for people.
        expires_at: unix seconds.
    """

    owner: str
    holder: str
    expires_at: float


def known(connection: Connection) -> Lease | None:
    """Return the lease that was taken last, None before the first."""
    row = connection.execute(select(LEASE).where(LEASE.c.id == 1)).first()
    return None if row is None else Lease(row.owner, row.holder, row.expires_at)


def taken(connection: Connection, wanted: Lease, now: float, dead: Callable[[str], bool]) -> Lease | None:
    """Take a lease, or renew it; return None, or the lease of another that is in the way and was left alone.

    Args:
        connection: that alone writes.
        wanted: the lease.
        now: unix seconds.
        dead: whether a holder is known to live no more, and so loses it.
    """
    found = known(connection)
    if found is None:
        connection.execute(insert(LEASE).values(id=1, **asdict(wanted)))
    elif found.owner == wanted.owner or found.expires_at <= now or dead(found.holder):
        connection.execute(update(LEASE).where(LEASE.c.id == 1).values(asdict(wanted)))
    else:
        return found
    return None


def give_up(connection: Connection, owner: str) -> None:
    """End the lease, if this writer has it."""
    connection.execute(update(LEASE).where(LEASE.c.owner == owner).values(expires_at=0.0))
