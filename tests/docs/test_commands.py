"""Every shell command that README or docs show exists: in the command line, in the Makefile, or on a Debian machine."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from controller.cli.lazy import LazyGroup
from controller.cli.main import cli
from tests.docs import pages
from tests.docs.test_cli import COMMANDS

SYSTEM = {"apt-get", "b2sum", "cd", "cp", "docker", "export", "git", "mkdir", "printf", "prometheus", "source"}
TARGETS = set(re.findall(r"^([a-z-]+):", pages.read(pages.ROOT / "Makefile"), re.MULTILINE))
PLACEHOLDERS = ("...", "…")

SHOWN = [
    pytest.param(line.removeprefix("$ "), id=f"{page.relative_to(pages.ROOT)}:{number}")
    for page in pages.PAGES
    for number, line in enumerate(
        line for block in pages.blocks(pages.read(page), "console") for line in block.splitlines()
    )
    if line.startswith("$ ")
]
MENTIONED = sorted(
    {
        code
        for page in pages.PAGES
        for code in pages.inline(pages.read(page))
        if re.match(r"(?:vvtvctl|make) \S", code) and not any(mark in code for mark in PLACEHOLDERS)
    }
)


def find(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that words name, and the words left. Raises UsageError."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        context = click.Context(command)
        found = command.get_command(context, words[0])
        if found is None:
            raise click.UsageError(f"no command {words[0]!r}")
        command, words = found, words[1:]
    return command, words


def names(command: click.Command) -> set[str]:
    """Return every option of a command."""
    context = click.Context(command, help_option_names=["-h", "--help"])
    return {name for parameter in command.get_params(context) for name in parameter.opts}


def words_of(command: str) -> list[str]:
    """Return a shell command's words without variables set before it and a comment after it."""
    return [word for word in shlex.split(command, comments=True) if not re.match(r"[A-Z_]+=", word)]


def parse(words: list[str]) -> click.Command:
    """Hold a command's words against its options, and return it. Raises UsageError."""
    command, left = find(words)
    assert not isinstance(command, click.Group) or left or (isinstance(command, LazyGroup) and command.default)
    command.make_context("vvtvctl", list(left), resilient_parsing=bool({"-h", "--help", "--version"} & set(left)))
    return command


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_in_a_commands_help_can_be_run(name: str) -> None:
    lines = [line.strip() for line in (COMMANDS[name].help or "").splitlines()]
    examples = [line for line in lines if line.startswith("vvtvctl ")]
    for line in examples:
        parse(words_of(re.split(r" (?:&&|\|) ", line)[0])[1:])
    assert [line for line in examples if re.match(rf"{name}(?: |$)", line)], f"{name}: an example of it in its help"


@pytest.mark.parametrize("line", SHOWN)
def test_shown_commands_can_be_run(line: str) -> None:
    for part in re.split(r" (?:&&|\|) ", line):
        program, *rest = words_of(part)
        name = Path(program).name
        if name == "vvtvctl":
            parse(rest)
        elif name == "make":
            assert set(rest) <= TARGETS
        elif program.startswith(".venv/bin/"):
            assert name in {"python", "pytest"}
            if rest[0] == "-m":
                place = pages.ROOT / rest[1].replace(".", "/")
                assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file()
            elif not rest[0].startswith("-"):
                assert (pages.ROOT / rest[0]).is_file()
        else:
            assert name in SYSTEM


def test_every_command_stands_where_the_tests_look() -> None:
    for page in pages.PAGES:
        if page.parent.name != "benchmarks":  # written by the benchmarks themselves
            assert not re.findall(r"^ {4}(?:\.venv|vvtvctl |make ).*", pages.prose(pages.read(page)), re.MULTILINE), (
                page
            )


@pytest.mark.parametrize("code", MENTIONED)
def test_mentioned_commands_exist(code: str) -> None:
    program, *rest = words_of(code)
    if program == "make":
        assert set(rest) <= TARGETS
        return
    command, left = find(rest)
    options = {word.partition("=")[0] for word in left if word.startswith("-")}
    assert options <= names(command)
    assert not isinstance(command, click.Group) or not {word for word in left if not word.startswith("-")}


def test_every_make_target_that_helps_stands_in_the_readme() -> None:
    helped = set(re.findall(r"^([a-z-]+):.*## ", pages.read(pages.ROOT / "Makefile"), re.MULTILINE))
    readme = " ".join(pages.inline(pages.read(pages.ROOT / "README.md")))
    assert not {target for target in helped if f"make {target}" not in readme}


def test_nothing_names_this_checkout_or_a_home() -> None:
    for page in pages.PAGES:
        text = pages.read(page)
        assert str(pages.ROOT) not in text, page
        assert not re.findall(r"(?:/home/|/root/|/Users/)", text), page
