"""Downloads Debian's packages of the servers and unpacks them into a folder: no root, no service, no installation.

The work happens in a `.fetch-*` folder beside its destination and is renamed into place when it is complete, so an
interrupted fetch leaves nothing that could be mistaken for a server; the next one sweeps its remains away. A lock
keeps two processes from fetching at once. apt-get checks what it downloads against the signed package lists.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from controller.errors import StorageError, UnavailableError
from controller.stack.locks import file_lock
from controller.stack.relocate import relocate

PACKAGES: Final = ("prometheus", "prometheus-alertmanager")
APT_LISTS: Final = Path("/var/lib/apt/lists")
_TIMEOUT: Final = 300.0
_WORK: Final = ".fetch-"
_ROOT: Final = 0


class FetchError(UnavailableError):
    """The packages could not be downloaded or unpacked."""


def fetch_servers(folder: Path, *, lists: Path = APT_LISTS) -> None:
    """Put the servers into `folder`/usr/bin, unless another process has done it while we waited.

    Raises:
        FetchError: apt-get or dpkg is missing or failed; the message keeps their own words.
    """
    for tool in ("apt-get", "dpkg"):
        if shutil.which(tool) is None:
            raise FetchError(f"{tool} is not on PATH, so this is no Debian or Ubuntu and nothing can be fetched")
    before = _stamp(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file_lock(folder / "lock"):
            if _stamp(folder) == before:
                _fetch(folder, lists)
    except (OSError, StorageError) as error:
        raise FetchError(f"cannot write {folder}: {error}") from error


def _stamp(folder: Path) -> int | None:
    """Return what changes when another process renames its download into place."""
    try:
        return (folder / "usr").stat().st_ino
    except FileNotFoundError:
        return None


def _fetch(folder: Path, lists: Path) -> None:
    for remains in folder.glob(f"{_WORK}*"):  # we hold the lock, so nobody is at work in there
        shutil.rmtree(remains)
    with tempfile.TemporaryDirectory(prefix=_WORK, dir=folder) as name:
        work = Path(name)
        _download(work, lists)
        unpacked = work / "root"
        for package in sorted(work.glob("*.deb")):
            _run(["dpkg", "-x", str(package), str(unpacked)], cwd=work)
        if not (unpacked / "usr" / "bin").is_dir():
            raise FetchError(f"the packages {', '.join(PACKAGES)} hold no usr/bin")
        relocate(unpacked)
        if (folder / "usr").exists():
            (folder / "usr").rename(work / "old")
        (unpacked / "usr").rename(folder / "usr")


def _download(work: Path, lists: Path) -> None:
    missing = not any(lists.glob("*_Packages*"))
    if missing and os.geteuid() == _ROOT:
        _run(["apt-get", "update"], cwd=work)
    hint = "\nthe package lists are missing; as root: apt-get update" if missing else ""
    _run(["apt-get", "download", *PACKAGES], cwd=work, hint=hint)


def _run(argv: list[str], *, cwd: Path, hint: str = "") -> None:
    command = " ".join(argv[:2])
    try:
        done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    except subprocess.TimeoutExpired as error:
        raise FetchError(f"`{command}` took longer than {_TIMEOUT:.0f} s; is the network slow?") from error
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip())[-1000:]
        raise FetchError(f"`{command}` failed with exit code {done.returncode}: {words}{hint}")
