"""A configuration in an editor: nothing that was typed is lost, whatever happens to it afterwards."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from controller.adapters.config_file import parse_config
from controller.cli.say import say_lines
from controller.errors import ConfigError


class Draft:
    """A copy of a text in a file of its own, which stays until it is dropped."""

    def __init__(self, text: str) -> None:
        handle, name = tempfile.mkstemp(prefix="autopilot-", suffix=".yaml")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        self.path = Path(name)

    def drop(self) -> None:
        """Remove the file."""
        self.path.unlink(missing_ok=True)

    def edited(self) -> str:
        """Return the text as it is when the editor ends, and as often as it takes until it is right.

        Raises:
            ConfigError: there is no editor, it failed, or the text is wrong and is to stay so; the message names the
                file with the draft.
        """
        while True:
            self._edit()
            try:
                text = self.path.read_text(encoding="utf-8")
                parse_config(text, self.path)
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError(f"{self.path}: cannot be read: {error}") from None
            except ConfigError as error:
                if not self._again(str(error)):
                    raise ConfigError(f"{error}\nnothing was changed; your draft is kept in {self.path}") from None
            else:
                return text

    def _edit(self) -> None:
        chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
        if not chosen and not (sys.stdin.isatty() and sys.stdout.isatty()):
            self.drop()
            raise ConfigError("there is no terminal for an editor: use --set and --unset, or set VISUAL or EDITOR")
        editor = chosen or "vi"
        try:
            done = subprocess.run([*shlex.split(editor), str(self.path)], check=False)
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"cannot start the editor {editor!r} ({error}): set VISUAL or EDITOR, or use --set; the draft is in "
                f"{self.path}"
            ) from None
        if done.returncode != 0:
            raise ConfigError(
                f"{editor} ended with {done.returncode}: nothing was changed; the draft is in {self.path}"
            )

    @staticmethod
    def _again(problem: str) -> bool:
        if not sys.stdin.isatty():
            return False
        say_lines(f"error: {problem}", err=True)
        return click.confirm("Edit it again?", default=True, err=True)
