"""May the controller write where it must, the service read what it must, and nobody else the secrets."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from controller.config.digest import flat
from controller.setup.finding import Finding, Teller
from controller.setup.patient import Patient

NAME = "files"
_TELL = Teller(NAME)


def look(patient: Patient) -> Iterator[Finding]:
    """Look at folders, at the live file and at secrets."""
    problems = list(_problems(patient))
    if problems:
        yield from problems
    else:
        root = "; seen as root, for whom all is allowed: look as the controller's user" if os.geteuid() == 0 else ""
        yield _TELL.ok(f"folders can be written, live file and configuration be read, secrets by few only{root}")


def _problems(patient: Patient) -> Iterator[Finding]:
    for what, folder in (("state", patient.place.state), ("the live file", patient.place.parameters.parent)):
        if (why := _unwritable(folder)) is not None:
            yield _TELL.fail(
                f"the folder of {what}, {folder}, cannot be written: {why.strerror or why}",
                _advice(folder, why),
            )
    live = patient.place.parameters
    if live.is_file() and not os.access(live, os.R_OK):
        yield _TELL.fail(f"{live} cannot be read", f"chmod a+r {live}")
    elif live.is_file() and not live.stat().st_mode & stat.S_IROTH:
        yield _TELL.warn(f"{live} is not readable for all", f"the service's user must read it: chmod a+r {live}")
    if not os.access(patient.file, os.R_OK):
        yield _TELL.fail(f"{patient.file} cannot be read", f"chmod a+r {patient.file}")
    elif patient.file.stat().st_mode & stat.S_IWOTH:
        yield _TELL.warn(f"{patient.file} can be written by all", f"chmod o-w {patient.file}")
    for secret in _secrets(patient):
        yield from _secret(secret)


def _advice(folder: Path, why: OSError) -> str:
    if why.errno == errno.EROFS:
        return "mount its file system writable, or choose another folder"
    if why.errno in (errno.ENOSPC, errno.EDQUOT):
        return "free space, see disk"
    make = "" if folder.exists() else f"mkdir -p {folder} && "
    return f"give it to the controller's user: {make}chown -R USER {folder}"


def _unwritable(folder: Path) -> OSError | None:
    """Return why nothing can be written into a folder, or made in the first that exists above it; None if it can."""
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return error


def _secrets(patient: Patient) -> tuple[Path, ...]:
    """Return the files of secrets that the configuration names, in whichever section."""
    found = flat(patient.config).items()
    return tuple(Path(value) for key, value in found if value and key.endswith(("_file", "tls.key")))


def _secret(path: Path) -> Iterator[Finding]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield _TELL.fail(
            f"secret {path}: {error.strerror}", "check the path; relative ones follow the working directory"
        )
        return
    if not os.access(path, os.R_OK):
        yield _TELL.fail(f"secret {path} cannot be read", f"chown it to the controller's user: chown USER {path}")
    elif mode & (stat.S_IROTH | stat.S_IWOTH):
        yield _TELL.warn(f"secret {path} can be read by all ({stat.filemode(mode)})", f"chmod 600 {path}")
