"""A version's file is what was written, byte for byte, or it is refused; so is an archive."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import tarfile
from pathlib import Path

import pytest

from controller.adapters import archive
from controller.adapters.history import History
from controller.adapters.version_file import parsed, written
from controller.errors import ConfigError, IntegrityError
from exporter.parameters import LiveParameters, uniform

NOON = 1_772_366_400.0  # 2026-03-01 12:00 UTC
DAY = "2026-03-01"


def _live(heat: float) -> LiveParameters:
    return uniform({"heat": heat, "mode": "calm"}, "s").renewed(expires_at=None, written_at=NOON)


def _files(count: int = 3) -> dict[str, bytes]:
    return {f"{_live(heat).version}.json": written(_live(heat), f"note {heat}") for heat in range(count)}


def test_every_flipped_bit_of_a_version_is_found() -> None:
    live = _live(0.6)
    content = written(live, "why: the \u00fc test")
    assert parsed(content, Path("f"), live.version).note == "why: the \u00fc test"
    for place in range(len(content)):
        for bit in (1 << shift for shift in range(8)):
            altered = bytearray(content)
            altered[place] ^= bit
            with pytest.raises(IntegrityError, match=r"^f: .*restore it from a copy"):
                parsed(bytes(altered), Path("f"), live.version)


def test_every_half_of_a_version_is_found() -> None:
    live = _live(0.6)
    content = written(live, "why")
    for length in range(len(content)):
        with pytest.raises(IntegrityError):
            parsed(content[:length], Path("f"), live.version)


def test_a_version_from_before_there_were_seals_is_read() -> None:
    live = _live(0.6)
    record = json.loads(written(live, "old"))
    del record["seal"]
    old = (json.dumps(record, indent=2, sort_keys=True) + "\n").encode()
    assert parsed(old, Path("f"), live.version).note == "old"


def test_an_archive_is_deterministic_and_read_back_and_opened_by_tar(tmp_path: Path) -> None:
    files = _files()
    name, content = archive.pack(DAY, files)
    assert archive.pack(DAY, dict(reversed(files.items()))) == (name, content)
    path = tmp_path / name
    path.write_bytes(content)
    assert archive.unpack(path) == files
    assert archive.day_of(path) == DAY
    with tarfile.open(path) as tar:
        assert sorted(tar.getnames()) == sorted(files)


def test_flipped_bits_of_an_archive_are_found(tmp_path: Path) -> None:
    name, content = archive.pack(DAY, _files())
    path = tmp_path / name
    rng = random.Random(1)  # noqa: S311 - any bits
    header = [(place, bit) for place in range(10) for bit in range(8)]
    for place, bit in (*header, *((rng.randrange(len(content)), rng.randrange(8)) for _ in range(300))):
        altered = bytearray(content)
        altered[place] ^= 1 << bit
        path.write_bytes(altered)
        with pytest.raises(IntegrityError, match="its content is not what it is named for"):
            archive.unpack(path)
    path.write_bytes(content[:-1])
    with pytest.raises(IntegrityError, match="half a file"):
        archive.unpack(path)


def _forged(folder: Path, content: bytes) -> Path:
    path = folder / f"{DAY}-{hashlib.sha256(content).hexdigest()}.tar.gz"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "x.json", "a" * 64 + ".json/../b", "[red]x[/]"])
def test_an_archive_with_hostile_names_is_refused_and_writes_nothing(tmp_path: Path, name: str) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        member = tarfile.TarInfo(name)
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))
    path = _forged(tmp_path, made.getvalue())
    with pytest.raises(IntegrityError, match="which is no version"):
        archive.unpack(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        member = tarfile.TarInfo("a" * 64 + ".json")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(IntegrityError, match="which is no version"):
        archive.unpack(_forged(tmp_path, made.getvalue()))


@pytest.mark.parametrize("content", [b"", b"no gzip", gzip.compress(b"no tar" * 999, mtime=0)[:-9]])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(IntegrityError, match="cannot be read as an archive"):
        archive.unpack(_forged(tmp_path, content))


def test_an_archive_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST", 1000)
    with pytest.raises(IntegrityError, match="more than 1000 bytes"):
        archive.unpack(_forged(tmp_path, gzip.compress(bytes(10**6))))


@pytest.fixture
def archived(tmp_path: Path) -> History:
    """A history of three versions that stand in an archive alone."""
    name, content = archive.pack(DAY, _files())
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / name).write_bytes(content)
    return History(tmp_path)


def test_an_archived_version_is_listed_and_found_like_any_other(archived: History) -> None:
    assert [v.values["heat"] for v in sorted(archived.list(), key=lambda v: v.values["heat"])] == [0, 1, 2]
    version = _live(1).version
    for digits in (version, version[:12], version[:6]):
        found = archived.get(digits)
        assert (found.version, found.values["heat"], found.archived) == (version, 1, True)
    with pytest.raises(ConfigError, match="no version begins with"):
        archived.get("0123456789")


def test_a_version_that_comes_back_from_an_archive_is_a_file_again(archived: History) -> None:
    path = archived.put(_live(1), "rolled back")
    assert path.is_file()
    assert archived.get(_live(1).version).archived is False
    assert len(archived.list()) == 3


def test_a_damaged_archive_keeps_nobody_from_another_version(archived: History) -> None:
    archived.put(_live(9), "today")
    (path,) = archived.archives()
    path.write_bytes(b"x")
    assert archived.get(_live(9).version[:8]).values["heat"] == 9
    with pytest.raises(IntegrityError, match="archive"):
        archived.get(_live(1).version)
    with pytest.raises(IntegrityError):
        archived.list()


def test_a_link_in_place_of_a_version_is_not_followed(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    path = history.put(_live(1), "n")
    copy = tmp_path / "elsewhere.json"
    path.rename(copy)
    path.symlink_to(copy)
    with pytest.raises(IntegrityError, match="is no plain file"):
        history.get(_live(1).version)
    path.unlink()
    path.mkdir()
    with pytest.raises(IntegrityError, match="is no plain file"):
        history.list()


def test_an_endless_file_is_not_read(tmp_path: Path) -> None:
    history = History(tmp_path)
    path = history.put(_live(1), "n")
    with path.open("r+b") as file:
        file.truncate(2**40)
    with pytest.raises(IntegrityError, match="too many for a version"):
        history.list()
