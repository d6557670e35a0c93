"""A script, run by path: becomes the program on its command line, either detached or tied to its parent's life.

    launch.py attached PARENT-PID PROGRAM ARGUMENT...   the kernel kills the program when the parent dies
    launch.py detached PROGRAM ARGUMENT...              prints the program's pid and lives on; output goes to stderr

It is a program of its own because code between fork and exec in the caller is unsafe once the caller has threads,
and because a detached program must not be its caller's child: it would stay a zombie until the caller ends.
It imports nothing of ours, so that it starts in a few milliseconds.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
NOT_STARTED = 127


def main(mode: str, *arguments: str) -> None:
    """Become the program."""
    if mode == "attached":
        parent, *program = arguments
        _die_with(int(parent))
    else:
        program = list(arguments)
        child = os.fork()
        if child:
            sys.stdout.write(f"{child}\n")
            return
        os.dup2(2, 1)
    try:
        os.execvp(program[0], program)  # noqa: S606 - becoming the program is this script's purpose
    except OSError as error:
        sys.stderr.write(f"cannot run {program[0]}: {error}\n")
        sys.stderr.flush()
        os._exit(NOT_STARTED)


def _die_with(parent: int) -> None:
    """Ask the kernel to kill this process with its parent; end at once if the parent has died before we could ask."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        sys.exit(f"prctl(PR_SET_PDEATHSIG) failed: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != parent:
        sys.exit("the parent is gone")


if __name__ == "__main__":
    main(*sys.argv[1:])
