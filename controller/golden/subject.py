"""Who answers golden cases: sessions that are asked one question at a time, and how asking may fail.

A subject is named by `identity`, asked through as many sessions as there are workers, and closed at the end. Whoever
watches the time calls `Session.abort` from another thread: the call that hangs there ends, and the session is over.
"""

from __future__ import annotations

from typing import Any, Protocol

from controller.errors import UnavailableError

LONGEST_ANSWER = 16 * 1024 * 1024  # bytes


class SubjectUnavailableError(UnavailableError):
    """Nobody answers: the program cannot be started, the code not be loaded, the endpoint not be reached."""


class RefusedError(Exception):
    """The subject answered this question with an error; the text is its own."""


class BrokenError(Exception):
    """The subject died, or what it sent is no answer."""


class Session(Protocol):
    """One line to a subject; used by one thread, except for `abort`."""

    def ask(self, id: str, given: dict[str, Any]) -> Any:  # noqa: A002 - as the protocols call it
        """Return the answer to one question. Raises RefusedError, BrokenError or SubjectUnavailableError."""
        ...

    def abort(self) -> None:
        """End what is being asked, at once and for good; only closing is left."""
        ...

    def close(self) -> None:
        """Leave nothing behind."""
        ...


class Subject(Protocol):
    """Somebody who answers golden cases."""

    @property
    def words(self) -> str:
        """Who it is, for people."""
        ...

    def identity(self) -> str | None:
        """Return what names its present content, None when nothing does: then no answer of it may be kept.

        Raises:
            SubjectUnavailableError: it cannot be reached.
        """
        ...

    def session(self) -> Session:
        """Return a new line to it; nothing is started before the first question."""
        ...

    def unchanged(self) -> bool:
        """Whether what was asked since is what `identity` named."""
        ...

    def close(self) -> None:
        """End what `identity` started and no session took over."""
        ...
