"""The exception tree, and the exit code that each branch gives on the command line.

    AutopilotError                      1  something went wrong that has no better name
    +-- ConfigError                     2  a file or an option is wrong: says file, line, key and the nearest spelling
    +-- UnavailableError                3  something we depend on is down, slow or missing
    |   +-- PrometheusError             3  kinds in controller/adapters/prometheus.py
    +-- ConflictError                   4  somebody else acted first: another controller, a newer event
    |   +-- FencedError                 4  this controller has lost the journal to another one
    |   +-- SequenceConflictError       4  the journal has grown since it was read
    +-- IntegrityError                  5  what is stored is not what was written: broken chain, changed version
    +-- StorageError                    6  the state folder cannot be written: full, read-only, not a folder

Every message says what is wrong, where, and what to do.
"""

from __future__ import annotations


class AutopilotError(Exception):
    """Base of every error that a user may see."""

    exit_code = 1


class ConfigError(AutopilotError):
    """A configuration file, catalog, parameter file or option is wrong."""

    exit_code = 2


class UnavailableError(AutopilotError):
    """A server or program that we depend on is down, slow or missing."""

    exit_code = 3


class ConflictError(AutopilotError):
    """Somebody else acted first."""

    exit_code = 4


class FencedError(ConflictError):
    """Another controller owns the journal now; this one must stop."""


class SequenceConflictError(ConflictError):
    """The journal has grown since it was read; read it again and decide again."""


class IntegrityError(AutopilotError):
    """What is stored is not what was written."""

    exit_code = 5


class StorageError(AutopilotError):
    """The state folder cannot be written."""

    exit_code = 6
