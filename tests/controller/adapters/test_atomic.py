"""A file is replaced whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from controller.adapters.atomic import write_atomic
from controller.errors import StorageError


def test_a_file_and_its_folders_are_made_and_replaced_with_nothing_left_beside(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    for content in (b"one", b"two, longer", b""):
        write_atomic(path, content)
        assert path.read_bytes() == content
        assert list(path.parent.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_pipe_or_what_is_open_is_no_file_and_stays_as_it_is(tmp_path: Path) -> None:
    pipe, device, opened, link = (tmp_path / name for name in ("pipe", "device", "stdout", "link"))
    os.mkfifo(pipe)
    device.symlink_to("/dev/null")  # not itself: root could replace it
    with (tmp_path / "log").open("wb") as log:
        opened.symlink_to(f"/proc/self/fd/{log.fileno()}")
        for path in (pipe, device, opened):
            with pytest.raises(StorageError, match="it is no plain file; name one"):
                write_atomic(path, b"x")
    assert (pipe.is_fifo(), device.is_symlink(), opened.is_symlink()) == (True, True, True)
    link.symlink_to(tmp_path / "nothing there yet")
    write_atomic(link, b"x")
    assert link.read_bytes() == b"x"


def test_a_reader_sees_the_old_or_the_new_content_and_nothing_between(tmp_path: Path) -> None:
    path, contents, stop = tmp_path / "file", [bytes([i]) * 100_000 for i in range(2)], threading.Event()
    write_atomic(path, contents[0])
    seen: set[bytes] = set()

    def read() -> None:
        while not stop.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for i in range(60):
            write_atomic(path, contents[i % 2])
    finally:
        stop.set()
        reader.join()
    assert seen <= set(contents)


_FULL = """
import resource, sys
from pathlib import Path
from controller.adapters.atomic import write_atomic
from controller.errors import StorageError
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_atomic(Path(sys.argv[1]), b"x" * 10_000)
except StorageError as error:
    print(error)
"""


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", _FULL, path], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert f"cannot write {path}: File too large; free space or make the folder writable" in done.stdout
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["/proc/nope/file", "/dev/null/file", "/proc/version/folder/file"])
def test_a_folder_that_cannot_be_made_is_a_storage_error(place: str) -> None:
    with pytest.raises(StorageError, match=f"cannot write {place}: .*free space or make the folder writable"):
        write_atomic(Path(place), b"x")


def test_a_folder_in_place_of_the_file_is_a_storage_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "file" / "inside").mkdir(parents=True)
    with pytest.raises(StorageError, match="Is a directory"):
        write_atomic(tmp_path / "file", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
