"""The log: one line an entry, for people or for programs."""

from __future__ import annotations

import json

from controller.busy import Busy
from controller.journal import event as ev
from controller.log import Entry, as_json, as_text, concerning

ENTRY = Entry('a "reason"\nof two lines', "warning", "cycle_ended", 3, "canary")


def test_people_get_one_line_with_time_and_level() -> None:
    assert as_text(ENTRY, 1.5) == '1970-01-01T00:00:01.500+00:00 warning: a "reason" of two lines'
    assert as_text(Entry("fine"), 0) == "1970-01-01T00:00:00.000+00:00 fine"


def test_programs_get_one_json_object_with_the_same_keys_always() -> None:
    line = as_json(ENTRY, 1.5)
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "1970-01-01T00:00:01.500+00:00",
        "level": "warning",
        "event": "cycle_ended",
        "cycle": 3,
        "phase": "canary",
        "text": 'a "reason"\nof two lines',
    }
    assert json.loads(as_json(Entry("fine"), 0)).keys() == json.loads(line).keys()


def test_what_failed_is_more_than_what_happens_every_day() -> None:
    assert concerning(ev.CycleEnded(cycle=1, outcome="failed", reason="a query is wrong"))
    assert not concerning(ev.CycleEnded(cycle=1, outcome="rolled_back", reason="harm"))
    assert concerning(ev.JobDone(job="triage", trigger="schedule", ok=False, text="no server"))
    assert not concerning(ev.JobDone(job="triage", trigger="schedule", ok=True, text="done"))
    assert concerning(ev.EmergencyPauseRequested(reason="fire"))


def test_the_time_of_a_cycles_steps_adds_up_by_phase() -> None:
    busy = Busy()
    busy.add(1, "observing", 5.0)
    busy.add(2, "observing", 0.25)
    busy.add(2, "canary", 0.5)
    busy.add(2, "canary", 0.25)
    assert busy.text(2) == "cycle 2 took 1.00 s of the controller's own work (canary 0.75 s, observing 0.25 s)"
    assert busy.text(1) == "cycle 1 took 0.00 s of the controller's own work (no step of it)"
