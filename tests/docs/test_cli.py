"""docs/cli.md names every command, option, argument, default and exit code, and nothing that is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from controller import errors
from controller.cli.autopilot.run_once import NOT_PROMOTED
from controller.cli.main import cli
from controller.cli.metrics import NOTHING
from tests.docs import pages

PAGE = pages.read(pages.DOCS / "cli.md")
INTERRUPTED = 130


def walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that is no group, with its words."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from walk(found, f"{path} {name}")


COMMANDS = dict(walk(cli, "vvtvctl"))
TESTS = [pages.read(path) for path in (pages.ROOT / "tests").rglob("test_*.py") if path.parent.name != "docs"]
SECTIONS = {section.title: section.body for section in pages.sections(PAGE)}


def parameters(command: click.Command) -> dict[str, click.Parameter]:
    """Return a command's options by long name, and its arguments in capitals."""
    found: dict[str, click.Parameter] = {}
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            found[str(parameter.name).upper()] = parameter
        else:
            found[next(name for name in parameter.opts if name.startswith("--"))] = parameter
    return found


def default(parameter: click.Parameter) -> str:
    """Return how the page must show a default."""
    if parameter.required:
        return "required"
    value = parameter.to_info_dict()["default"]
    if isinstance(parameter, click.Option) and (parameter.is_flag or parameter.multiple):
        return "-"
    return str(value) if isinstance(value, (str, int, float, Path)) and value != "" else "-"


def same(shown: str, wanted: str) -> bool:
    """Whether a documented default is the real one; 300 and 300.0 are one."""
    try:
        return float(shown) == float(wanted)
    except ValueError:
        return shown == wanted


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    assert {title for title in SECTIONS if title.startswith("vvtvctl")} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_stands_in_its_commands_table(name: str) -> None:
    shown = {pages.plain(row[0]): pages.plain(row[1]) for row in pages.rows(SECTIONS[name], "option")}
    real = parameters(COMMANDS[name])
    assert set(shown) == set(real)
    wrong = {key: (shown[key], default(real[key])) for key in real if not same(shown[key], default(real[key]))}
    assert not wrong, "documented and real default"


@pytest.mark.parametrize("name", COMMANDS)
def test_choices_of_an_option_stand_in_its_row(name: str) -> None:
    meanings = {pages.plain(row[0]): row[2] for row in pages.rows(SECTIONS[name], "option")}
    for key, parameter in parameters(COMMANDS[name]).items():
        if isinstance(parameter.type, click.Choice):
            assert {f"`{choice}`" for choice in parameter.type.choices} <= set(re.findall("`[^`]+`", meanings[key]))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_shown_in_use_in_its_section(name: str) -> None:
    lines = [line for block in pages.blocks(SECTIONS[name], "console") for line in block.splitlines()]
    assert [line for line in lines if re.match(rf"\$ .*\b{name}(?: |$)", line)]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_a_test(name: str) -> None:
    """A test calls it by its words, or, where a shortcut of the tests' says the rest, by its last two or its last."""
    *groups, last = name.split()[1:]
    leaf = rf"[\"' ]{last}[\"' \n]"
    group = rf"[\"' _.(]{groups[-1]}\b" if groups else ""
    assert [text for text in TESTS if re.search(leaf, text) and re.search(group, text)]


def codes() -> set[int]:
    """Return every exit code that a command may end with."""

    def branches(kind: type[errors.AutopilotError]) -> Iterator[int]:
        yield kind.exit_code
        for below in kind.__subclasses__():
            yield from branches(below)

    return {
        0,
        NOTHING,
        NOT_PROMOTED,
        INTERRUPTED,
        click.UsageError.exit_code,
        *branches(errors.AutopilotError),
    }


def test_the_table_of_exit_codes_is_complete() -> None:
    shown = [int(pages.plain(row[0])) for row in pages.rows(SECTIONS["Exit codes"], "code")]
    assert shown == sorted(codes())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_its_exit_codes(name: str) -> None:
    _, found, text = SECTIONS[name].rpartition("Exit codes:")
    assert found
    shown = {int(code) for code in re.findall(r"`(\d+)`", text)}
    assert 0 in shown
    assert shown <= codes()


def test_exit_codes_in_a_commands_help_are_on_its_page() -> None:
    seen = 0
    for name, command in COMMANDS.items():
        _, _, helped = " ".join((command.help or "").lower().split()).partition("exit")
        said = {int(code) for code in re.findall(r"(?:^| codes?:?|[;,.]|\d or) (\d)\b", helped)}
        shown = {int(code) for code in re.findall(r"`(\d+)`", SECTIONS[name].rpartition("Exit codes:")[2])}
        assert said <= shown, f"docs/cli.md: {name}: Exit codes"
        seen += len(said)
    assert seen > len(COMMANDS) / 2


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_reads_a_configuration_or_asks_says_how_that_ends(name: str) -> None:
    shown = set(re.findall(r"`(\d+)`", SECTIONS[name].rpartition("Exit codes:")[2]))
    real = parameters(COMMANDS[name])
    where = f"docs/cli.md: {name}: Exit codes"
    assert "2" in shown or not {"--config", *(key for key in real if real[key].required)} & set(real), where
    assert "1" in shown or not {"--yes", "--reason"} <= set(real), where
