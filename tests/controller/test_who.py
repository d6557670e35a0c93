"""Who a process is."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

from controller import who


def test_only_a_process_of_this_host_that_is_no_more_is_known_to_be_dead() -> None:
    ended = subprocess.Popen((sys.executable, "-I", "-S", "-c", ""))
    ended.wait()
    assert who.dead(f"{socket.gethostname()}:{ended.pid}")
    assert not who.dead(who.holder())
    assert not who.dead(f"{socket.gethostname()}:{os.getppid()}")
    assert not who.dead(f"another-host:{ended.pid}")
    assert not who.dead("no holder's name")


def test_two_processes_write_under_two_names() -> None:
    assert who.writer_id() != who.writer_id()
