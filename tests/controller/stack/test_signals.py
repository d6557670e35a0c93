"""Signals that are held back come after the block, and programs started within are not deaf to them."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from controller.stack.signals import held_back


def test_ctrl_c_comes_after_the_block() -> None:
    done = []

    def cut() -> None:
        with held_back():
            signal.raise_signal(signal.SIGINT)
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        cut()
    assert done == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_in_the_block_comes_first() -> None:
    def fail() -> None:
        with held_back():
            signal.raise_signal(signal.SIGINT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_program_that_is_started_within_can_be_stopped() -> None:
    with held_back(), subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        child.terminate()
        assert child.wait(timeout=60) == -signal.SIGTERM


def test_another_thread_changes_nothing() -> None:
    def handler() -> object:
        with held_back():
            return signal.getsignal(signal.SIGINT)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(handler).result() is signal.default_int_handler
