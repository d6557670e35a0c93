"""Identity of processes, and who holds a port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from controller.stack import proc

if TYPE_CHECKING:
    from pathlib import Path


def _fake(folder: Path, pid: int, stat: str) -> Path:
    (folder / str(pid)).mkdir(parents=True)
    (folder / str(pid) / "stat").write_text(stat)
    boot = folder / "sys" / "kernel" / "random"
    boot.mkdir(parents=True)
    (boot / "boot_id").write_text("this-boot\n")
    return folder


def test_a_living_process_keeps_its_identity() -> None:
    first = proc.identity(os.getpid())
    assert first is not None
    assert proc.identity(os.getpid()) == first


def test_a_dead_process_has_none() -> None:
    with subprocess.Popen(["/bin/true"]) as process:
        process.wait()
    assert proc.identity(process.pid) is None


def test_a_zombie_has_none() -> None:
    with subprocess.Popen(["/bin/true"]) as process:
        until = time.monotonic() + 30
        while proc.identity(process.pid) is not None and time.monotonic() < until:
            time.sleep(0.01)
        assert proc.PROC.joinpath(str(process.pid)).exists()
        assert proc.identity(process.pid) is None


@pytest.mark.parametrize("name", ["prometheus", "a b", "a) R 1 2", "(("])
def test_start_time_is_found_behind_any_command_name(tmp_path: Path, name: str) -> None:
    fields = " ".join(["S", *(str(number) for number in range(4, 22)), "777", "23"])
    assert proc.identity(5, _fake(tmp_path, 5, f"5 ({name}) {fields}\n")) == "this-boot:777"


def test_holder_of_a_port_is_found() -> None:
    code = (
        "import socket, sys, time; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); "
        "print(s.getsockname()[1], flush=True); sys.stdin.read()"
    )
    argv = [sys.executable, "-c", code, "here I am"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        found = proc.holder(port)
        process.kill()
    assert found is not None
    assert found.pid == process.pid
    assert found.command.endswith("here I am")


def test_a_file_that_is_closed_while_we_look_hides_no_holder(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    row = "0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1"
    (tmp_path / "net" / "tcp").write_text(f"heading\n{row}\n")
    opened = tmp_path / "7" / "fd"
    opened.mkdir(parents=True)
    for number in range(20):
        (opened / str(number)).touch()  # no link that can be read, as one that is gone is none
    (opened / "20").symlink_to("socket:[4711]")
    (tmp_path / "7" / "cmdline").write_bytes(b"serve\0")
    found = proc.holder(8080, tmp_path)
    assert found is not None
    assert found.pid == 7


def test_a_port_that_is_bound_but_not_listened_on_has_no_holder() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert proc.holder(bound.getsockname()[1]) is None


def test_command_of_a_dead_process_is_unknown(tmp_path: Path) -> None:
    assert proc.command(1, tmp_path) == "?"
