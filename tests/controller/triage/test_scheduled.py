"""Triage by a controller that runs: asked for, reported, its bounds in force and in the next report."""

from __future__ import annotations

import json
from pathlib import Path

from controller.adapters.config_file import read_config
from controller.config.schedule import JOBS
from controller.journal import event as ev
from controller.journal.store import Journal
from controller.triage.job import FOLDER
from controller.wiring import jobs
from tests.controller.running import place, running, wait_for
from tests.controller.triage.setting import copied, write_config


def test_every_job_of_the_schedule_is_known(tmp_path: Path) -> None:
    where = place(tmp_path / "stack")
    with Journal(where.journal, "writer") as journal:
        assert set(jobs(read_config(write_config(tmp_path)), where, journal)) == set(JOBS)


def adjustments(journal: Journal) -> list[ev.BoundsAdjusted]:
    """Return the adjustments that somebody asked for; others come of rollbacks by themselves."""
    payloads = (event.payload for event in journal.read())
    return [one for one in payloads if isinstance(one, ev.BoundsAdjusted) and one.adjustment == "adjusted"]


def test_a_controller_reports_adjusts_and_follows(tmp_path: Path) -> None:
    state = tmp_path / "stack"
    copied(state)
    where, config = place(state), read_config(write_config(tmp_path))
    off = config.schedule.model_copy(update={"cycle": "never", "triage": "never", "upkeep": "never"})
    config = config.model_copy(update={"schedule": off, "golden": None})
    with Journal(where.journal, "operator") as journal, running(config, where) as found:

        def seen(kind: type[ev.Payload], count: int) -> bool:
            return sum(isinstance(event.payload, kind) for event in journal.read()) >= count

        for count in (1, 2):
            request = ev.JobRequested(job="triage", reason="now")
            journal.submit(request, at=found.process.journal.read()[-1].at, actor="ann")
            wait_for(lambda count=count: seen(ev.JobDone, count))  # type: ignore[misc]  # bound as it is now
            wait_for(lambda: len(adjustments(journal)) == 1)
        payloads = [event.payload for event in journal.read()]
    done = [one for one in payloads if isinstance(one, ev.JobDone)]
    assert all(one.ok for one in done)
    with Journal(where.journal, "reader") as journal:
        (adjusted,) = adjustments(journal)
    assert (adjusted.parameter, adjusted.high) == ("temperature", 0.75)
    (report,) = (where.state / FOLDER).glob("*.json")
    (followed,) = json.loads(report.read_text(encoding="utf-8"))["followed"]
    assert followed["verdict"] == "too early to say"
    assert followed["applied"][0]["text"] == "temperature 0.1 to 1.525 became 0.1 to 0.75"  # contracted before
