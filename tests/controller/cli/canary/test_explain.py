"""`vvtvctl canary explain`."""

from __future__ import annotations

from tests.controller.casebook.past import Past
from tests.controller.cli.terminal import Terminal
from tests.controller.world import World

SCREEN = 40  # lines of 110 characters


def explained(terminal: Terminal, *arguments: str) -> str:
    result = terminal.run("canary", "explain", *arguments, *terminal.place)
    assert (result.code, result.err) == (0, "")
    return result.out


def test_a_story_is_told_on_one_screen_the_last_canary_unless_named(terminal: Terminal) -> None:
    with Past(terminal.state) as past:
        past.propose().harmed().propose().promoted()
    first, last = explained(terminal, "cycle-1"), explained(terminal)
    assert first.startswith(
        "Canary cycle-1: rolled back (harm on hd_detection_slow_rate)\n2026-09-21 14:13:31 UTC; over 20 min "
    )
    for said in ("tried ", "minute 2 ", "minute 20 ", "harm ", "next ", "temperature 0.6 -> 0.75"):
        assert f"\n{said}" in first or said in first
    assert last.startswith("Canary cycle-2: promoted\n")
    assert explained(terminal, "2") == explained(terminal, "last") == last
    assert len(first.splitlines()) <= SCREEN


def test_programs_get_everything(terminal: Terminal) -> None:
    with Past(terminal.state) as past:
        past.propose().harmed()
    shown = terminal.run("canary", "explain", "--json", *terminal.place).json()
    assert (shown["id"], shown["failure"]["category"], len(shown["looks"])) == ("cycle-1", "harm", 7)


def test_what_is_not_there_is_refused(terminal: Terminal) -> None:
    assert terminal.run("canary", "explain", *terminal.place).code == 2
    with Past(terminal.state):
        pass
    result = terminal.run("canary", "explain", *terminal.place)
    assert (result.code, "no canary has run yet" in result.error()) == (2, True)


def test_text_from_elsewhere_is_no_markup(terminal: Terminal) -> None:
    with Past(terminal.state) as past:
        past.propose().start().pause(2, alert="[/red][bold]").at(3).close("aborted", "[/nothing]")
    shown = explained(terminal)
    assert "[/red][bold] fires" in shown
    assert "[/nothing]" in shown


def test_a_real_canary_is_told_in_the_words_of_its_configuration(terminal: Terminal) -> None:
    world = World(terminal.state / "controller")
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_end(autopilot)
    world.close()
    shown = explained(terminal, "1")
    assert shown.startswith("Canary cycle-1: promoted\n")
    assert "conversion +0.0" in shown
    assert "ann asked for it: test" in shown
