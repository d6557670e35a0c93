"""The controller's lease."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.errors import ConflictError
from controller.journal.store import Journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def test_a_lease_is_taken_renewed_refused_given_up_and_taken_again(path: Path) -> None:
    with Journal(path, "one") as one, Journal(path, "two") as two:
        assert one.holder(0.0) is None
        one.acquire(now=1000.0, seconds=30.0, holder="here:1")
        one.acquire(now=1010.0, seconds=30.0, holder="here:1")
        assert two.holder(1039.9) == "here:1"
        with pytest.raises(ConflictError, match=r"another controller \(here:1\) holds this journal for 20 s more"):
            two.acquire(now=1020.0, seconds=30.0, holder="there:2")
        two.release()  # not its own: nothing happens
        assert two.holder(1020.0) == "here:1"
        one.release()
        assert one.holder(1020.0) is None
        two.acquire(now=1020.0, seconds=30.0, holder="there:2")
        assert one.holder(1020.0) == "there:2"


def test_an_expired_lease_and_that_of_a_dead_holder_are_taken_over(path: Path) -> None:
    with Journal(path, "one") as one, Journal(path, "two") as two:
        one.acquire(now=1000.0, seconds=30.0, holder="here:1")
        assert two.holder(1030.0) is None
        two.acquire(now=1030.0, seconds=30.0, holder="there:2")
        one.acquire(now=1031.0, seconds=30.0, holder="here:1", dead=lambda holder: holder == "there:2")
        assert two.holder(1031.0) == "here:1"
        with pytest.raises(ConflictError):
            two.acquire(now=1031.0, seconds=30.0, holder="there:2", dead=lambda _holder: False)
