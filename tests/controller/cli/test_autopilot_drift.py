"""`vvtvctl autopilot drift-check`, with and without Prometheus, for people and for programs."""

from __future__ import annotations

import json
import math
from typing import Any

import yaml

from controller.adapters.clock import Clock
from controller.journal import event as ev
from controller.journal.store import Journal
from exporter.seconds import HOUR
from tests.controller.adapters.server import Reply, serving, success
from tests.controller.cli.terminal import Terminal
from tests.controller.decide.drift.hours import WINDOW, noise, step
from tests.controller.running import place
from tests.controller.world import settings

VALUES = ev.Adopted(values={"price": 1.0, "batch": 5}, version="v0", source="defaults")


def write(terminal: Terminal, *payloads: ev.Payload) -> None:
    """Write a journal whose last event is a minute old."""
    with Journal(place(terminal.state).journal, "writer") as journal:
        for seq, payload in enumerate(payloads):
            at = Clock().now() - 60 - len(payloads) + seq
            journal.append(payload, at=at, expected=seq, actor="autopilot")


def cycles(*outcomes: str) -> list[ev.Payload]:
    """Return cycles that ended so."""
    found: list[ev.Payload] = []
    for number, outcome in enumerate(outcomes, 1):
        found.append(ev.CycleStarted(cycle=number, trigger="schedule"))
        found.append(ev.CycleEnded(cycle=number, outcome=outcome, reason="because"))
    return found


def hours(size: float) -> Reply:
    """Return 264 hours up to now, in the last 40 of which the level is another."""
    end = math.floor(Clock().now() / HOUR) * HOUR
    values = 10 + noise(3) + step(WINDOW - 40, size)
    points = [[end - (WINDOW - 1 - place) * HOUR, str(value)] for place, value in enumerate(values.tolist())]
    return success([{"metric": {}, "values": points}], "matrix")


def checked(terminal: Terminal, *replies: Reply) -> tuple[int, Any, str]:
    """Return exit code, document and page of a check that Prometheus answers."""
    with serving(*replies, *replies) as server:
        changed = settings(prometheus={"url": f"http://127.0.0.1:{server.port}"})
        terminal.config.write_text(yaml.safe_dump(changed), encoding="utf-8")
        found = terminal.autopilot("drift-check", "--json")
        page = terminal.autopilot("drift-check")
    assert found.code == page.code
    return found.code, found.json(), page.out


def test_a_healthy_autopilot_is_said_to_be_so_with_every_monitor(terminal: Terminal) -> None:
    write(terminal, VALUES, *cycles("promoted", "inconclusive"))
    code, found, page = checked(terminal, hours(0.0), hours(0.0))
    assert code == 0
    assert [one["monitor"] for one in found["monitors"]] == [
        "prediction", "prediction", "coverage", "coverage", "coverage", "failures", "rollbacks", "plant", "plant",
    ]  # fmt: skip
    plant = [one for one in found["monitors"] if one["monitor"] == "plant"]
    assert [one["verdict"] for one in plant] == ["healthy", "healthy"]
    assert plant[0]["then"] == "no pause: people are told, the learner doubts"
    failures = next(one for one in found["monitors"] if one["monitor"] == "failures")
    assert failures["then"] == "a pause of 2 d (strike 1)"
    assert [one["verdict"] for one in found["trends"]] == ["unknown", "unknown"]
    said = (
        "trend: errors of the predictions for conversion over 14 d: too few predictions to see a trend (0 of 8) (and 1"
    )
    assert said in " ".join(page.split())
    assert "paused: no\nstrikes: 0; the next pause would last 2 d\nroom for proposals: all of it\n" in page


def test_a_shift_of_a_level_is_drift_with_its_size_and_begin(terminal: Terminal) -> None:
    write(terminal, VALUES)
    code, found, page = checked(terminal, hours(3.0), hours(0.0))
    assert code == 1
    plant = next(one for one in found["monitors"] if one["monitor"] == "plant")
    assert (plant["verdict"], plant["kpi"]) == ("drift", "conversion")
    assert plant["shift"]["size"] > 2
    assert plant["shift"]["sure"] > 0.999
    assert "drift: level of conversion: cumulative sum at" in page.replace("\n", " ")


def test_three_failures_are_drift_and_a_pause_shows_until_when(terminal: Terminal) -> None:
    paused = ev.DriftDetected(
        cause="failures", action="pause", reason="3 canaries in a row failed", value=3, threshold=3,
        until=Clock().now() + 47.5 * HOUR, strikes=2,
    )  # fmt: skip
    write(terminal, VALUES, *cycles("rolled_back", "blind", "rolled_back"), paused)
    code, found, page = checked(terminal, hours(0.0), hours(0.0))
    assert code == 1  # nothing new, but the pause is in force
    assert all(one["verdict"] != "drift" for one in found["monitors"])
    assert found["paused"][0]["cause"] == "drift"
    assert found["strikes"] == 2
    flat = " ".join(page.split())
    assert "paused: drift: 3 canaries in a row failed (since" in flat
    assert "UTC, in 1 d 23 h)" in flat
    assert "strikes: 2; the next pause would last 7 d" in flat
    assert "failures (pause): 3 canaries in a row failed" in flat


def test_without_prometheus_the_journal_still_speaks(terminal: Terminal) -> None:
    write(terminal, VALUES, *cycles("promoted"))
    result = terminal.autopilot("drift-check")
    assert result.code == 3
    assert "failures" in result.out
    assert result.error().startswith("the KPIs' levels cannot be read, all else is shown: http://127.0.0.1:1")
    found = json.loads(terminal.autopilot("drift-check", "--json").out)
    assert found["unread"].startswith("http://127.0.0.1:1: cannot connect")


def test_what_is_off_is_not_asked_for_and_not_drift(terminal: Terminal) -> None:
    write(terminal, VALUES, *cycles("rolled_back", "rolled_back", "rolled_back"))
    terminal.config.write_text(yaml.safe_dump(settings(drift={"enabled": False})), encoding="utf-8")
    result = terminal.autopilot("drift-check")
    assert result.code == 0
    assert "drift.enabled is false: the monitors are shown, nothing follows from them" in result.out
    assert terminal.autopilot("drift-check", "--json").json()["enabled"] is False


def test_a_check_changes_nothing(terminal: Terminal) -> None:
    write(terminal, VALUES, *cycles("rolled_back", "rolled_back", "rolled_back"))
    before = place(terminal.state).journal.read_bytes()
    assert terminal.autopilot("drift-check").code == 1
    assert place(terminal.state).journal.read_bytes() == before


def test_the_way_back_shows_wherever_somebody_looks(terminal: Terminal) -> None:
    paused = ev.DriftDetected(
        cause="failures",
        action="pause",
        reason="3 in a row",
        value=3,
        threshold=3,
        until=Clock().now() + HOUR,
        strikes=1,
    )
    write(terminal, VALUES, paused, ev.ResumeRequested(reason="looked"))
    flat = " ".join(terminal.autopilot("drift-check").out.split())
    assert (
        "room for proposals: 25% of the sliding bounds around the values in force (stage 1 of 2, the next one" in flat
    )
    assert "room 25% of the sliding bounds, on the way back from a pause for drift" in " ".join(
        terminal.autopilot("status").out.split()
    )
    assert "on the way back from a pause for drift: 25% of the room" in terminal.autopilot("bounds", "show").out
    assert {one["share"] for one in terminal.autopilot("bounds", "show", "--json").json()} == {0.25}
    assert terminal.autopilot("status", "--json").json()["drift"]["share"] == 0.25
