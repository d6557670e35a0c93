"""Checks one after the other: what one does ends neither the others nor us."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.adapters.answer import UnreachableError
from controller.adapters.clock import Clock
from controller.errors import StorageError
from controller.setup.checks import CHECKS, CONNECTION, Check
from controller.setup.examine import examine
from controller.setup.finding import Finding, Mark, Teller, tally, worst
from controller.setup.patient import Patient
from tests.controller.running import place
from tests.controller.world import configuration


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    file = tmp_path / "autopilot.yaml"
    file.touch()
    return Patient(configuration(), file, tmp_path, place(tmp_path), Clock())


def _fine(_patient: Patient) -> Iterator[Finding]:
    yield Teller("fine").ok("well")


def _raised(error: Exception) -> tuple[Finding, ...]:
    raise error


def test_a_check_that_raises_is_a_finding_and_the_next_one_is_looked_at(patient: Patient) -> None:
    def breaks(_patient: Patient) -> Iterator[Finding]:
        yield Teller("breaks").ok("so far")
        raise ZeroDivisionError("of no use")

    def full(_patient: Patient) -> Iterator[Finding]:
        yield from _raised(StorageError("the disk is full"))

    def hidden(_patient: Patient) -> Iterator[Finding]:
        yield from _raised(PermissionError(errno.EACCES, "Permission denied", "journal.db"))

    checks = (Check("breaks", breaks), Check("full", full), Check("hidden", hidden), Check("fine", _fine))
    found = list(examine(patient, 5, checks))
    assert [(one.check, one.mark) for one in found] == [
        ("breaks", Mark.OK),
        ("breaks", Mark.FAIL),
        ("full", Mark.FAIL),
        ("hidden", Mark.FAIL),
        ("fine", Mark.OK),
    ]
    assert "ZeroDivisionError: of no use" in found[1].found
    assert found[2].found == "the disk is full"
    assert "Permission denied: 'journal.db'" in found[3].found
    assert "such as the controller's" in found[3].advice


def test_a_check_that_hangs_ends_with_the_time_that_all_have(patient: Patient) -> None:
    ever = threading.Event()

    def hangs(_patient: Patient) -> Iterator[Finding]:
        ever.wait(30)
        yield from ()

    found = list(examine(patient, 0.2, (Check("hangs", hangs), Check("late", _fine))))
    ever.set()
    assert [one.mark for one in found] == [Mark.WARN, Mark.WARN]
    assert all("--timeout" in one.advice for one in found)


def test_without_prometheus_the_others_that_ask_it_are_not_tried(patient: Patient) -> None:
    def gone(_patient: Patient) -> Iterator[Finding]:
        yield from _raised(UnreachableError("nobody there"))

    checks = (Check(CONNECTION, gone), Check("asks", _fine), Check("asks not", _fine, asks_prometheus=False))
    assert [one.mark for one in examine(patient, 5, checks)] == [Mark.FAIL, Mark.SKIPPED, Mark.OK]


def test_on_a_folder_where_nothing_ran_yet_no_check_breaks(patient: Patient) -> None:
    found = list(examine(patient, 30))
    assert {one.check for one in found} == {check.name for check in CHECKS}
    assert not [one for one in found if "the check itself failed" in one.found]
    assert worst(found) is Mark.FAIL
    assert found[0].found.startswith("http://127.0.0.1:1: cannot connect")


def test_marks_are_counted_and_the_worst_is_told() -> None:
    tell = Teller("x")
    found = [tell.ok("a"), tell.ok("b"), tell.warn("c", "do"), tell.skipped("d")]
    assert tally(found) == "2 ok, 1 warn, 1 skipped"
    assert worst(found) is Mark.WARN
    assert worst(()) is Mark.OK
