"""What /proc knows: a process's identity that survives pid recycling, its command, and who holds a port."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
_STATE: Final = 0  # index in /proc/<pid>/stat after the command name, which may itself hold spaces and brackets
_START_TIME: Final = 19
_DEAD: Final = frozenset("ZXx")
_LOCAL, _SOCKET_STATE, _INODE = 1, 3, 9  # columns of /proc/net/tcp
_LISTEN: Final = "0A"


@dataclass(frozen=True)
class Holder:
    """The process that listens on a port."""

    pid: int
    command: str


def identity(pid: int, proc: Path = PROC) -> str | None:
    """Return what tells this process from any other that ever had its pid, or None when it is dead or a zombie.

    It is the boot's id and the process's start time in clock ticks since then.
    """
    try:
        stat = (proc / str(pid) / "stat").read_text()
        boot = (proc / "sys/kernel/random/boot_id").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    after_name = stat[stat.rindex(")") + 1 :].split()
    return None if after_name[_STATE] in _DEAD else f"{boot}:{after_name[_START_TIME]}"


def command(pid: int, proc: Path = PROC) -> str:
    """Return a process's command line, or `?` when it is not ours to see."""
    try:
        raw = (proc / str(pid) / "cmdline").read_bytes()
    except OSError:
        return "?"
    return raw.rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace") or "?"


def holder(port: int, proc: Path = PROC) -> Holder | None:
    """Return who listens on a TCP port; None when nobody does or it belongs to another user."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port, proc)}
    if not sockets:
        return None
    for folder in proc.glob("[0-9]*"):
        try:
            held = any(_target(entry) in sockets for entry in (folder / "fd").iterdir())
        except OSError:  # another user's, or gone while we looked
            continue
        if held:
            pid = int(folder.name)
            return Holder(pid, command(pid, proc))
    return None


def _target(entry: Path) -> str:
    """Return what an open file is; nothing when it was closed while we looked."""
    try:
        return str(entry.readlink())
    except OSError:
        return ""


def _listening_inodes(port: int, proc: Path) -> set[str]:
    inodes = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = (proc / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for columns in map(str.split, lines):
            local_port = int(columns[_LOCAL].rpartition(":")[2], 16)
            if columns[_SOCKET_STATE] == _LISTEN and local_port == port:
                inodes.add(columns[_INODE])
    return inodes
