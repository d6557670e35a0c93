"""A subject that is a program of somebody's, in any language, speaking the JSON lines of lines.py."""

from __future__ import annotations

from pathlib import Path

from controller.golden.identity import content_of, files_in, named_by
from controller.golden.lines import LinesSession, Program
from controller.golden.subject import SubjectUnavailableError


class CommandSubject:
    """Answers through `command`, one process a session."""

    def __init__(self, argv: tuple[str, ...], folder: Path, *, version: str | None, files: tuple[str, ...]) -> None:
        self._program = Program(argv, folder)
        self._version = version
        self._files = files

    @property
    def words(self) -> str:
        """The command line."""
        return f"the command {' '.join(self._program.argv)}"

    def identity(self) -> str | None:
        """Return a digest of the command, the version and the files; None when neither is configured.

        Raises:
            ConfigError: `golden.files` names no file, or one that cannot be read.
            SubjectUnavailableError: there is no such program.
        """
        if (why := self._program.found()) is not None:
            raise SubjectUnavailableError(why)
        if self._version is None and not self._files:
            return None
        folder = self._program.folder
        content = content_of([*named_by(folder, self._program.argv), *files_in(folder, self._files)])
        return "\0".join(("command", *self._program.argv, self._version or "", content))

    def session(self) -> LinesSession:
        """Return a process that is not started yet."""
        return LinesSession(self._program)

    def unchanged(self) -> bool:
        """Whether it is still the program that `identity` named; it is told anew."""
        return True

    def close(self) -> None:
        """Nothing was started."""
