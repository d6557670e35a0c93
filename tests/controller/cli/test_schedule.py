"""`vvtvctl autopilot schedule`: shown, run now, and set."""

from __future__ import annotations

import pytest
import yaml

from controller import wiring
from controller.adapters.background import Job
from controller.adapters.config_file import read_config
from controller.errors import UnavailableError
from controller.journal import event as ev
from controller.journal.state import State
from controller.journal.store import Journal
from controller.ports import JobResult
from tests.controller.cli.terminal import Terminal
from tests.controller.running import QUICK, place, quick, running, wait_for
from tests.controller.world import settings

WHY = ("--reason", "test", "--yes")


def _job(state: State, _now: float) -> JobResult:
    return JobResult(ok=True, text=f"looked at {state.seq} events", details={"events": state.seq})


def _away(_state: State, _now: float) -> JobResult:
    raise UnavailableError("GitHub does not answer; try again later")


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every controller of a test small jobs of its own."""
    known: dict[str, Job] = {"triage": _job, "upkeep": _away}
    monkeypatch.setattr(wiring, "jobs", lambda *_: known)


def _plan(terminal: Terminal, **schedule: str) -> None:
    text = yaml.safe_dump(settings(canary=QUICK, schedule=schedule), sort_keys=False)
    terminal.config.write_text(text, encoding="utf-8")


def test_it_shows_what_comes_next_and_how_the_last_runs_ended(terminal: Terminal, jobs: None) -> None:
    del jobs
    _plan(terminal, cycle="daily 03:00", triage="never", upkeep="cron 0 4 * * 1-5")
    fresh = terminal.autopilot("schedule")
    assert fresh.code == 0
    assert [line.split()[0] for line in fresh.out.splitlines()[2:5]] == ["cycle", "triage", "upkeep"]
    assert "cron 0 4 * * 1-5" in fresh.out
    assert fresh.out.count("never yet") == 3
    assert "has come" not in fresh.out
    with running(quick(), place(terminal.state)):
        pass
    terminal.autopilot("schedule", "run", "upkeep", *WHY)
    shown = terminal.autopilot("schedule")
    assert "FAILED: GitHub does not answer; try again later" in " ".join(shown.out.split())
    assert "upkeep: 1 of 1 runs failed or were missed." in shown.out
    found = terminal.autopilot("schedule", "--json").json()
    assert (found["controller"], found["paused"]) == (False, None)
    assert (found["schedule"]["upkeep"]["ok"], found["schedule"]["upkeep"]["runs"]) == (False, 1)
    assert (found["schedule"]["triage"]["next_at"], found["schedule"]["cycle"]["when"]) == (None, "daily 03:00")


def test_a_missed_moment_and_a_pause_are_told(terminal: Terminal) -> None:
    where = place(terminal.state)
    with Journal(where.journal, "old") as journal:
        journal.submit(ev.ControllerStarted(pid=1, host="elsewhere"), at=1_000_000.0, actor="autopilot")
        journal.submit(ev.PauseRequested(reason="release day"), at=1_000_001.0, actor="ann")
        journal.submit(ev.JobRequested(job="triage", reason="curious"), at=1_000_002.0, actor="bob")
    _plan(terminal, cycle="daily 03:00")
    told = terminal.autopilot("schedule").out
    assert "cycle: the moment " in told
    assert "has come; it waits for a controller." in told
    assert "No cycle starts: paused by ann: release day." in told
    assert "triage: bob has asked for a run, which has not begun." in told


def test_a_job_runs_now_and_its_end_is_the_exit_code(terminal: Terminal, jobs: None) -> None:
    del jobs
    with running(quick(), place(terminal.state)):
        pass
    done = terminal.autopilot("schedule", "run", "triage", *WHY)
    assert done.code == 0
    assert "triage done: looked at " in done.out
    assert done.out.splitlines()[-1] == "triage ended well"
    failed = terminal.autopilot("schedule", "run", "upkeep", "--json", *WHY)
    assert failed.code == 1
    assert failed.json() == {
        "name": "upkeep",
        "ok": False,
        "text": "GitHub does not answer; try again later",
        "details": {},
        "dry_run": False,
    }


def test_a_running_controller_is_asked_and_waited_for_or_not(terminal: Terminal, jobs: None) -> None:
    del jobs
    with running(quick(), place(terminal.state)) as found:
        assert terminal.autopilot("schedule", "run", "triage", *WHY).code == 0
        quickly = terminal.autopilot("schedule", "run", "triage", "--no-wait", *WHY)
        assert quickly.code == 0
        assert quickly.out.startswith("asked for triage (event ")
        wait_for(lambda: found.process.autopilot.state.jobs["triage"].runs == 2)
        cycle = terminal.autopilot("schedule", "run", "cycle", *WHY)
        assert cycle.code == 7
        assert "cycle 1 ended as held" in cycle.out
    assert "No controller is running: nothing starts by itself" in terminal.autopilot("schedule").out
    later = terminal.autopilot("schedule", "run", "triage", "--no-wait", *WHY)
    assert "; no controller is running, it begins when one starts" in later.out


def test_a_dry_run_and_a_missing_reason_do_nothing(terminal: Terminal) -> None:
    with running(quick(), place(terminal.state)) as found:
        seq = found.process.autopilot.state.seq
        dry = terminal.autopilot("schedule", "run", "upkeep", "--reason", "test", "--dry-run")
        assert (dry.code, dry.out) == (0, "would run upkeep now; nothing was done\n")
        assert terminal.autopilot("schedule", "run", "upkeep").code == 2
        assert terminal.autopilot("schedule", "run", "laundry", *WHY).code == 2
        assert found.process.autopilot.state.seq == seq


def test_set_writes_the_configuration_and_a_running_controller_follows(terminal: Terminal) -> None:
    source = lambda: read_config(terminal.config)  # noqa: E731 - said once
    with running(quick(), place(terminal.state), source=source) as found:
        done = terminal.autopilot("schedule", "set", "cycle", "Weekly  SUN 02:30", *WHY)
        assert done.code == 0
        assert "the controller works with it" in done.out
        assert found.process.autopilot.config.schedule.cycle == "weekly sun 02:30"
    assert read_config(terminal.config).schedule.cycle == "weekly sun 02:30"


@pytest.mark.parametrize(
    ("when", "said"),
    [("3am", "schedule.cycle: '3am' says no moments: write"), ("cron 0 0 31 2 *", "never fires")],
)
def test_set_refuses_what_is_no_schedule_and_writes_nothing(terminal: Terminal, when: str, said: str) -> None:
    before = terminal.config.read_text()
    result = terminal.autopilot("schedule", "set", "cycle", when, *WHY)
    assert result.code == 2
    assert said in result.error()
    dry = terminal.autopilot("schedule", "set", "cycle", "daily 04:00", "--reason", "test", "--dry-run")
    assert dry.code == 0
    assert "nothing was done" in dry.out
    assert terminal.config.read_text() == before
