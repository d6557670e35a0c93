"""What changed since the last controller, as far as its file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.adapters import loaded_config
from controller.config import digest as config_digest
from controller.place import Place
from tests.controller.world import configuration


@pytest.fixture
def where(tmp_path: Path) -> Place:
    """Return a place with a journal that only its owner may read."""
    found = Place(tmp_path, tmp_path / "live.json")
    found.journal.touch(mode=0o600)
    return found


def test_what_was_kept_tells_what_changed_and_holds_no_secret(where: Place) -> None:
    old = configuration(prometheus={"headers": {"X-Token": "hunter2", "X-Tenant": "shop"}})
    new = configuration(prometheus={"headers": {"X-Token": "hunter3", "X-Tenant": "shop"}, "timeout": 2})
    loaded_config.keep(where, old)
    file = where.state / loaded_config.NAME
    assert "hunter2" not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    found = loaded_config.changes(where, new, config_digest.digest(old))
    assert found == config_digest.changes(old, new)
    assert len(found) == 2
    assert loaded_config.changes(where, new, config_digest.digest(new)) == ()  # the file is of another one
    assert loaded_config.changes(where, old, config_digest.digest(old)) == ()


@pytest.mark.parametrize("content", [b"", b"{half", b"\xff", b"[]", b"{}", b'{"digest": "d", "settings": 3}'])
def test_a_file_that_is_damaged_or_missing_names_nothing(where: Place, content: bytes) -> None:
    assert loaded_config.changes(where, configuration(), "d") == ()
    (where.state / loaded_config.NAME).write_bytes(content)
    assert loaded_config.changes(where, configuration(), "d") == ()


def test_a_folder_that_cannot_be_written_keeps_nobody_from_starting(where: Place) -> None:
    (where.state / loaded_config.NAME).mkdir()
    loaded_config.keep(where, configuration())
    loaded_config.keep(Place(where.state / "none", where.parameters), configuration())
    assert loaded_config.changes(where, configuration(), "d") == ()
