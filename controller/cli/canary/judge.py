"""`vvtvctl canary judge`: our verdict on somebody else's canaries."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO

import click
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from controller.cli import options, tables
from controller.cli.say import say_lines
from controller.counted import counted
from controller.errors import ConfigError
from controller.judging.answer import Answer, as_json
from controller.judging.plain import LONG, plain
from controller.judging.problems import CaseError
from controller.judging.schema import SIDES, schema_text
from controller.judging.service import judged
from controller.model import Verdict

BAD_INPUT = ConfigError.exit_code
NOT_PROMOTED = 7
STDIN = "-"
SHORT = 40  # characters of a file name beside the progress
_STYLES = {Verdict.PROCEED: "green", Verdict.ROLLBACK: "red"}


@click.command()
@click.argument("file", nargs=-1)
@click.option("--jsonl", is_flag=True, help="Each line is a document; each answer is a line, as soon as it is known.")
@options.json_option
@click.option("--schema", type=click.Choice(SIDES), default=None, help="Print a JSON Schema and judge nothing.")
def judge(file: tuple[str, ...], schema: str | None, *, jsonl: bool, as_json: bool) -> None:
    """Judge the canaries in FILEs, - for stdin, as if their points had arrived one by one.

    Exit 0 when all may proceed, 7 when one may not, 2 when a file is wrong. With --jsonl: 0 when every line could be
    judged, 2 when one could not.

    \b
    Examples:
      vvtvctl canary judge case.json
      vvtvctl canary judge --jsonl cases.jsonl > outcomes.jsonl
      vvtvctl canary judge --schema input > canary-case.schema.json
    """  # noqa: D301 - click reads the backspace character
    if schema is not None:
        click.echo(schema_text("input" if schema == "input" else "output"), nl=False)
        return
    if not file:
        raise click.UsageError("name a file, or - for stdin; docs/judge.md shows one")
    if jsonl:
        sys.exit(_lines(file))
    sys.exit(_documents(file, as_json=as_json))


def _documents(files: tuple[str, ...], *, as_json: bool) -> int:
    """Judge one document per file; return the exit code."""
    found, code = [], 0
    for name in files:
        try:
            answer = judged(_read(name))
        except ConfigError as error:
            code = BAD_INPUT
            if as_json:
                found.append(_wrong(error, file=plain(name)))
            say_lines(f"error: {plain(name)}: {error}", err=True)
            continue
        if code == 0 and answer.verdict is not Verdict.PROCEED:
            code = NOT_PROMOTED
        if as_json:
            found.append(answer.model_dump(mode="json"))
        else:
            _print(answer)
    if as_json:
        options.print_json(found[0] if len(files) == 1 else found)
    return code


def _lines(files: tuple[str, ...]) -> int:
    """Judge one document per line, answering line by line; return the exit code."""
    code = 0
    for name in files:
        more = {"file": plain(name)} if len(files) > 1 else {}
        try:
            with _open(name) as stream:
                for number, line in _counted(stream, name):
                    try:
                        click.echo(as_json(judged(line)))
                    except CaseError as error:
                        code = BAD_INPUT
                        click.echo(json.dumps(_wrong(error, line=number, **more)))
        except ConfigError as error:
            code = BAD_INPUT
            say_lines(f"error: {plain(name)}: {error}", err=True)
    return code


def _wrong(error: ConfigError, **where: str | int) -> dict[str, object]:
    return {"id": getattr(error, "id", None), **where, "error": str(error)}


def _open(name: str) -> AbstractContextManager[IO[bytes]]:
    """Return a file's bytes as a stream. Raises ConfigError."""
    if name == STDIN:
        return nullcontext(sys.stdin.buffer)  # not ours to close
    try:
        return Path(name).open("rb")
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None


def _read(name: str) -> bytes:
    with _open(name) as stream:
        try:
            return stream.read()
        except OSError as error:
            raise _unreadable(error) from None


def _unreadable(error: Exception) -> ConfigError:
    return ConfigError(f"cannot be read: {getattr(error, 'strerror', None) or error}; name a JSON file, or - for stdin")


def _counted(stream: Iterable[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank with their numbers; count them on stderr when only that is a terminal.

    Raises:
        ConfigError: the file cannot be read on.
    """
    console = tables.console(stderr=True)
    shown = console.is_terminal and not sys.stdout.isatty()  # on a terminal the answers themselves show how far it is
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} judged"))
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not shown,
        redirect_stdout=False,  # answers go to stdout, whoever reads it
        redirect_stderr=False,
    ) as bar:
        task: TaskID = bar.add_task(plain(Path(name).name, SHORT).replace("[", r"\["), total=None)
        try:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield number, line
                    bar.advance(task)
        except OSError as error:  # of the reading: whoever takes the lines raises elsewhere
            raise _unreadable(error) from None


def _print(answer: Answer) -> None:
    out = tables.console()
    head = Text(f"{plain(answer.id, LONG)}: ")
    head.append(str(answer.verdict), _STYLES.get(answer.verdict, "yellow"))
    if answer.decided_at is not None:
        points = answer.decided_at + 1  # decided_at is an index
        head.append(f" after {counted(points, 'point')}")
    out.print(head, soft_wrap=True)
    for reason in answer.reasons:
        out.print(Text(f"  {plain(reason, 10 * LONG)}"), soft_wrap=True)
    rows = [
        (
            plain(metric.name, LONG),
            tables.number(metric.estimate),
            _between(*metric.interval),
            tables.number(metric.mde),
            metric.n,
        )
        for metric in answer.metrics
    ]
    out.print(tables.table("", ("metric", "estimate", "interval", "detectable", "points"), rows))


def _between(low: float | None, high: float | None) -> str:
    return "-" if low is None and high is None else f"{tables.number(low)} to {tables.number(high)}"
