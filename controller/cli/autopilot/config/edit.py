"""`vvtvctl autopilot config edit`: another configuration, checked, shown, written, told the controller."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import click

from controller import wiring
from controller.adapters.clock import Clock
from controller.adapters.config_edit import DELETE, Original, difference, edited, read_original, save
from controller.adapters.config_file import parse_config
from controller.adapters.config_path import parse_value
from controller.cli import options
from controller.cli.autopilot.config.draft import Draft
from controller.cli.change import Change, changing
from controller.cli.say import say, say_lines
from controller.config.config import Config
from controller.config.digest import changes, digest
from controller.desk.desk import Desk
from controller.errors import ConfigError, StorageError
from controller.journal import event as ev
from controller.place import Place
from controller.reload import refusal
from controller.setup.consequences import consequences

PATIENCE = 10.0  # seconds that a controller may take to read the file again
POLL = 0.1  # seconds


@dataclass(frozen=True)
class Edit:
    """A file, the text that shall replace it, and what both say; `old` is None when the file was not readable."""

    original: Original
    text: str
    old: Config | None
    new: Config

    @property
    def lines(self) -> tuple[str, ...]:
        """What differs, for people and for the journal."""
        if self.old is None:
            return ("a file that could not be read was mended",)
        return changes(self.old, self.new)


@click.command()
@changing()
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="A setting, with a value as YAML has it.")
@click.option("--unset", "unsets", multiple=True, metavar="KEY", help="Remove a setting: it gets its default.")
@options.config_option
@options.state_option
def edit(change: Change, sets: tuple[str, ...], unsets: tuple[str, ...], config: Path | None, state: Path) -> None:
    """Change the configuration: with --set and --unset, or in your editor ($VISUAL, $EDITOR).

    What is wrong is shown with its line and never written; comments stay. The difference and what follows from it are
    shown before anything is asked. A controller that runs reads the file again by itself, and this says whether it did.
    Exit 2 when the result is not valid, 4 when somebody else has changed the file meanwhile.

    \b
    Examples:
      vvtvctl autopilot config edit --reason "longer canaries on weekends"
      vvtvctl autopilot config edit --set canary.duration=2h --unset canary.steps --reason "small effects" --yes
      vvtvctl autopilot config edit --set "kpis.guardrails[0]={kpi: basket, margin: 5}" --reason "as agreed" --dry-run
    """  # noqa: D301 - click reads the backspace character
    original = read_original(options.config_path(config, state))
    wanted = _wanted(sets, unsets)
    if wanted:
        _apply(change, original, edited(original.text, wanted, original.path), options.place(state))
        return
    draft = Draft(original.text)
    text, done = draft.edited(), False
    try:
        done = _apply(change, original, text, options.place(state))
    finally:
        if done:
            draft.drop()
        else:
            say(f"your draft is kept in {draft.path}", err=True)


def _wanted(sets: tuple[str, ...], unsets: tuple[str, ...]) -> dict[str, object]:
    """Return what is to be set and removed. Raises ConfigError."""
    wanted: dict[str, object] = {}
    for text in sets:
        key, equals, value = text.partition("=")
        if not equals:
            raise ConfigError(f"--set {text!r}: write KEY=VALUE, like canary.duration=2h")
        wanted[key.strip()] = parse_value(value.strip())
    return wanted | {key.strip(): DELETE for key in unsets}


def _apply(change: Change, original: Original, text: str, place: Place) -> bool:
    """Show what would change, ask, write it and tell the controller; return whether nothing is left to be done.

    Raises:
        ConfigError: the text is not valid.
        ConflictError: the file has changed.
        StorageError: the file cannot be written; or it is, and the journal cannot.
    """
    found = Edit(original, text, _readable(original), parse_config(text, original.path))
    if text == original.text:
        change.tell(f"{original.path} stays as it is: nothing differs", {"config": original.path, "changes": []})
        return True
    _refuse_what_the_gate_refuses(found, place)
    desk = Desk(found.new, place, Clock(), options.actor())
    follows = () if found.old is None else consequences(found.old, found.new, desk.state(), desk.clock.now())
    diff = difference(original, text)
    if not change.as_json:
        say_lines(diff)
        for line in follows:
            say(f"mind: {line}")
    told = {
        "config": original.path,
        "digest": digest(found.new),
        "changes": found.lines,
        "follows": follows,
        "diff": diff,
    }
    if not change.goes_ahead(f"write {original.path} ({_counted(found)})", told):
        return False
    save(original, text)
    news = _announce(desk, found, change.reason)
    change.tell(
        f"{original.path} is written; {news.text}", {**told, "event": news.event, "controller": news.controller}
    )
    return True


def _readable(original: Original) -> Config | None:
    try:
        return parse_config(original.text, original.path)
    except ConfigError:
        return None


def _refuse_what_the_gate_refuses(found: Edit, place: Place) -> None:
    """Raise ConfigError when the golden cases contradict the new configuration, as a controller would.

    Where they cannot be read with the old one either, e.g. from another folder, that is no reason to keep it.
    """
    wrong = _gate_refuses(found.new, place)
    if wrong is not None and found.old is not None and _gate_refuses(found.old, place) is None:
        raise ConfigError(
            f"a controller would refuse it, for a golden case contradicts it: {wrong}; take such cases out, or give "
            "them values that both allow, then edit again (docs/golden.md, Narrower hard bounds)"
        )


def _gate_refuses(config: Config, place: Place) -> ConfigError | None:
    try:
        wiring.gate(config, place.state)
    except ConfigError as error:
        return error
    return None


def _counted(found: Edit) -> str:
    if found.old is not None and not found.lines:
        return "which says the same as before: only spelling and comments differ"
    return "1 setting differs" if len(found.lines) == 1 else f"{len(found.lines)} settings differ"


@dataclass(frozen=True)
class News:
    """What became of a change: its event in the journal, and `reloaded`, `refused`, `silent`, `none` or `same`."""

    text: str
    controller: str
    event: int | None = None


def _announce(desk: Desk, found: Edit, reason: str) -> News:
    """Tell the journal, and wait for a controller to have read the file. Raises StorageError."""
    if found.old is not None and not found.lines:
        return News("it says the same as before, so the journal is told nothing", "same")
    if not desk.place.journal.exists():
        return News("no controller has run here yet: it holds when one starts", "none")
    try:
        event = desk.submit(ev.ConfigChanged(digest=digest(found.new), changes=found.lines, reason=reason))
    except StorageError as error:
        raise StorageError(f"{found.original.path} is written, but the journal is not: {error}") from None
    said = f"event {event.seq} by {event.actor}"
    if desk.holder() is None:
        return News(f"{said}; no controller is running: it holds when one starts", "none", event.seq)
    if _loaded(desk, event.seq, digest(found.new)):
        return News(f"{said}; the controller works with it", "reloaded", event.seq)
    why = None if found.old is None else refusal(found.old, found.new)
    if why is not None:
        return News(f"{said}; the controller goes on with the old one: {why}", "refused", event.seq)
    return News(
        f"{said}; the controller has not taken it over within {PATIENCE:g} s: its log says whether it refused it, and "
        "why. Does it run with this file (--config)? SIGHUP makes it read the file again",
        "silent",
        event.seq,
    )


def _loaded(desk: Desk, after: int, wanted: str) -> bool:
    """Whether a controller says in time that it works with a configuration."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for event in desk.events(after):
            after = event.seq
            if isinstance(event.payload, ev.ConfigLoaded) and event.payload.digest == wanted:
                return True
        time.sleep(POLL)
    return False
