"""Tells the demo: lines for people, and on a terminal a live line below them that says what is being waited for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Narrator:
    """One teller for the whole demo; a context manager, so that the live line is gone afterwards."""

    def __init__(self, console: Console, acts: int) -> None:
        self.console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._whole = self._progress.add_task("the demo", total=acts)
        self._wait = self._progress.add_task("", visible=False, total=1.0)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def title(self, text: str) -> None:
        """Begin a part."""
        self.console.print()
        self.console.print(f"[bold]{escape(text)}[/bold]")

    def say(self, text: str) -> None:
        """Tell one thing."""
        self._print(escape(text))

    def verdict(self, *, passed: bool, text: str) -> None:
        """Tell how a part went."""
        mark = "[green]passed[/green]" if passed else "[red]FAILED[/red]"
        self._print(f"{mark} {escape(text)}")

    def _print(self, markup: str) -> None:
        """Print indented: wrapped on a terminal, one line for each thing in a log."""
        if self.console.is_terminal:
            self.console.print(Padding(markup, (0, 0, 0, 2), expand=False))
        else:
            self.console.print(f"  {markup}", soft_wrap=True)

    def act_done(self) -> None:
        """Move the whole demo's bar on by one act."""
        self._progress.advance(self._whole)

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Show what is being waited for while the block runs."""
        self._progress.update(self._wait, description=text, visible=True, completed=0.0, total=None)
        try:
            yield
        finally:
            self._progress.update(self._wait, visible=False)

    def share(self, text: str, done: float) -> None:
        """Show how far something long is, 0..1."""
        self._progress.update(self._wait, description=text, visible=done < 1, completed=done, total=1.0)
