"""`vvtvctl autopilot config show`: every setting in force, and where it comes from."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from controller.adapters.config_edit import read_original
from controller.adapters.config_file import parse_config
from controller.adapters.config_path import key_text, parse_key
from controller.cli import options
from controller.cli.say import say
from controller.config.digest import digest, said
from controller.errors import ConfigError
from controller.setup.settings import Setting, settings


@click.command()
@click.argument("key", required=False)
@click.option("--changed", is_flag=True, help="Only what differs from its default.")
@options.config_option
@options.state_option
@options.json_option
def show(key: str | None, config: Path | None, state: Path, *, changed: bool, as_json: bool) -> None:
    """Show the whole configuration with its defaults filled in, or what is below KEY.

    Secrets stand in files of their own, of which only the names are shown.

    \b
    Examples:
      vvtvctl autopilot config show
      vvtvctl autopilot config show canary.duration
      vvtvctl autopilot config show parameters.temperature --changed
    """  # noqa: D301 - click reads the backspace character
    original = read_original(options.config_path(config, state))
    read = parse_config(original.text, original.path)
    found = tuple(item for item in settings(read, original.text) if key is None or below(item.key, key))
    if not found and key is not None:
        raise ConfigError(_unknown(key, settings(read, original.text)))
    shown = tuple(item for item in found if item.differs or not changed)
    if as_json:
        document = [
            {"key": item.key, "value": item.value, "from": _source(item), "spelt": item.spelt, "default": item.default}
            for item in shown
        ]
        options.print_json({"config": original.path, "digest": digest(read), "settings": document})
        return
    say(f"{original.path}, digest {digest(read)[:12]}")
    rows = [("setting", "value", "from", "default")]
    rows += [(item.key, _value(item), _source(item), _default(item)) for item in shown]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:  # a line for each, however long it is: these are looked for with grep
        say("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]).rstrip())


def below(key: str, section: str) -> bool:
    """Whether a setting is one that is asked for, or stands below it."""
    wanted = parse_key(section)
    return parse_key(key)[: len(wanted)] == wanted


def _value(item: Setting) -> str:
    return f"{said(item.value)} ({item.spelt})" if item.spelt is not None else said(item.value)


def _default(item: Setting) -> str:
    if not item.said:
        return ""
    return "(none)" if item.required else said(item.default)


def _source(item: Setting) -> str:
    return "file" if item.said else "default"


def _unknown(key: str, known: tuple[Setting, ...]) -> str:
    parts = {key_text(parse_key(item.key)[:length]) for item in known for length in (1, 2, 3, 4)}
    near = difflib.get_close_matches(key, sorted(parts), n=1)
    hint = f"did you mean {near[0]!r}?" if near else "`vvtvctl autopilot config show` lists all"
    return f"no setting {key!r} here; {hint}"
