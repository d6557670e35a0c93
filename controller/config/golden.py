"""The section `golden` of autopilot.yaml: the cases that proposed values must pass, and who answers them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from controller.config.fields import Count, Seconds, Section, Url, spelt

FunctionName = Annotated[str, spelt(r"[\w.]+:[\w.]+", "MODULE:FUNCTION, like shop.selection:choose")]
SUBJECTS = ("callable", "command", "url")


class GoldenSection(Section):
    """Cases that proposed values must pass before they are canaried; relative paths start at `folder`."""

    callable: FunctionName | None = None
    command: tuple[Annotated[str, Field(min_length=1)], ...] | None = Field(default=None, min_length=1)
    url: Url | None = None
    cases: Path
    folder: Path = Path()
    timeout: Seconds = 300.0
    case_timeout: Seconds = 30.0
    workers: Count = Field(default=4, ge=1, le=64)
    runs: Count = Field(default=2, ge=1, le=10)
    cache: bool = True
    version: str | None = Field(default=None, min_length=1)
    files: tuple[str, ...] = ()
    token_file: Path | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        given = [name for name in SUBJECTS if getattr(self, name) is not None]
        if len(given) != 1:
            found = f"there are {' and '.join(given)}" if given else "there is none"
            raise ValueError(f"give exactly one of callable, command and url: who answers the cases; {found}")
        if self.token_file is not None and self.url is None:
            raise ValueError("token_file is for url: a callable or a command is sent no token")
        return self

    @property
    def place(self) -> Path:
        """The file or folder of cases."""
        return self.folder / self.cases
