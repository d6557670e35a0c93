"""What is live always stands in history, and the service reads what the controller wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from controller.adapters.history import History
from controller.adapters.live_store import LiveFileStore
from controller.errors import SequenceConflictError, StorageError
from exporter import names
from exporter.live_file import LiveFile
from exporter.parameters import LiveParameters, ParameterSpec, ParameterSpecs, uniform

SPECS = ParameterSpecs((ParameterSpec("heat", "float", 0.0, 1.0, 0.5),))
NOW = 1_772_366_400.0
LAST: Callable[[], None] = lambda: None  # noqa: E731 - the fence of a state that is the journal's last


def _live(heat: float, canary: float | None = None, expires_at: float = NOW + 60) -> LiveParameters:
    live = replace(uniform({"heat": heat}, "s"), written_at=NOW)
    if canary is None:
        return live
    return replace(live, arms={**live.arms, names.CANARY: {"heat": canary}}, canary="c-1", expires_at=expires_at)


@pytest.fixture
def store(tmp_path: Path) -> LiveFileStore:
    return LiveFileStore(tmp_path / "parameters" / "live.json", History(tmp_path / "history"), SPECS)


def test_before_anything_is_put_nothing_is_in_force(store: LiveFileStore) -> None:
    assert store.current() is None


def test_what_is_put_is_in_force_in_history_and_read_by_the_service(store: LiveFileStore) -> None:
    live = _live(0.5, canary=0.7)
    store.put(live, "a canary", LAST)
    assert store.current() == live
    assert [version.version for version in store.history.list()] == [live.version]
    reader = LiveFile(store.path, SPECS, salt="other", on_error=lambda reason, text: pytest.fail(f"{reason}: {text}"))
    assert reader.refresh(NOW)
    assert reader.live == live


def test_the_same_document_is_not_written_again_and_a_renewed_lease_is(store: LiveFileStore) -> None:
    store.put(_live(0.5, canary=0.7), "n", LAST)
    inode = store.path.stat().st_ino
    store.put(_live(0.5, canary=0.7), "n", LAST)
    assert store.path.stat().st_ino == inode
    store.put(_live(0.5, canary=0.7, expires_at=NOW + 120), "n", LAST)
    current = store.current()
    assert current is not None
    assert current.expires_at == NOW + 120
    assert len(store.history.list()) == 1


@pytest.mark.parametrize("text", ["", "{", "null", "[]"])
def test_a_broken_or_missing_file_is_nothing_in_force_and_is_repaired_by_the_next_put(
    store: LiveFileStore, text: str
) -> None:
    live = _live(0.5)
    store.put(live, "n", LAST)
    store.path.write_text(text)
    assert store.current() is None
    store.put(live, "n", LAST)
    assert store.current() == live
    store.path.unlink()
    assert store.current() is None
    store.put(live, "n", LAST)
    assert store.current() == live


def test_a_file_that_was_altered_by_hand_is_nothing_in_force(store: LiveFileStore) -> None:
    store.put(_live(0.5), "n", LAST)
    store.path.write_text(store.path.read_text().replace("0.5", "0.6"))
    assert store.current() is None


def test_when_history_cannot_be_written_the_live_file_stays_as_it_was(store: LiveFileStore, tmp_path: Path) -> None:
    first = _live(0.5)
    store.put(first, "n", LAST)
    (tmp_path / "history").rename(tmp_path / "moved")
    (tmp_path / "history").write_text("a file in the way")
    with pytest.raises(StorageError, match="history"):
        store.put(_live(0.6), "n", LAST)
    assert store.current() == first


def test_when_the_live_file_cannot_be_written_it_is_a_storage_error(store: LiveFileStore) -> None:
    (store.path / "inside").mkdir(parents=True)
    with pytest.raises(StorageError, match=str(store.path)):
        store.put(_live(0.5), "n", LAST)


def _prepared(store: LiveFileStore) -> list[Path]:
    return [path for path in store.path.parent.iterdir() if path != store.path]


def test_a_document_of_a_state_that_is_no_longer_the_last_does_not_come_into_force(store: LiveFileStore) -> None:
    first = _live(0.5)
    store.put(first, "n", LAST)

    def grown() -> None:
        assert len(_prepared(store)) == 1
        raise SequenceConflictError("grown")

    with pytest.raises(SequenceConflictError, match="grown"):
        store.put(_live(0.6), "n", grown)
    assert store.current() == first
    assert not _prepared(store)


@pytest.mark.parametrize("same", [True, False], ids=["which stands there already", "which is another one"])
def test_a_writer_that_slept_after_its_fence_cannot_bring_its_document_over_a_newer_one(
    store: LiveFileStore, *, same: bool
) -> None:
    first = _live(0.5)
    newer = first if same else _live(0.7)
    store.put(first, "n", LAST)
    other = LiveFileStore(store.path, store.history, SPECS)

    def overtaken() -> None:
        other.put(newer, "n", LAST)

    with pytest.raises(SequenceConflictError, match="somebody newer discarded what was ready"):
        store.put(_live(0.6), "n", overtaken)
    assert store.current() == other.current() == newer
    assert not _prepared(store)


def test_what_a_killed_writer_left_is_removed_and_what_others_keep_beside_the_file_is_not(store: LiveFileStore) -> None:
    store.put(_live(0.5), "n", LAST)
    kept = [store.path.with_name(name) for name in (".live.json.swp", "live.json.orig", ".live.json.12345678.txt")]
    for path in (*kept, store.path.with_name(".live.json.k1ll_ed0")):
        path.write_text("{")
    store.put(_live(0.5), "n", LAST)
    assert sorted(_prepared(store)) == sorted(kept)
