"""The journal's tables: events, the controller's lease, and snapshots of the state, which are a cache."""

from __future__ import annotations

from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, String, Table, Text

TABLES = MetaData()
EVENTS = Table(
    "events",
    TABLES,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Float(53), nullable=False),
    Column("writer", String(64), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("payload", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)
LEASE = Table(
    "lease",
    TABLES,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("owner", String(64), nullable=False),
    Column("holder", String(128), nullable=False),
    Column("expires_at", Float(53), nullable=False),
)
SNAPSHOTS = Table(
    "snapshots",
    TABLES,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("event", String(64), nullable=False),
    Column("code", String(64), nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
)
