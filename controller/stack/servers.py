"""Finds Prometheus and Alertmanager with promtool and amtool, and proves that they are new enough.

Looked for, in this order: the folder named by `VVTV_SERVERS` (then nowhere else), PATH, `.servers/usr/bin` of the
checkout, and last a download into that folder (`fetch.py`). A program that is too old or does not run is passed over
and named in the error, so that an old package on PATH does not hide a good one.

`python -m controller.stack.servers` prints where each of them is.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Final

from controller.errors import UnavailableError
from controller.stack.checkout import checkout
from controller.stack.fetch import FetchError, fetch_servers

OVERRIDE: Final = "VVTV_SERVERS"
_PROMETHEUS: Final = (2, 42)
_ALERTMANAGER: Final = (0, 25)
_VERSION: Final = re.compile(r"\bversion v?(\d+)\.(\d+)")


@dataclass(frozen=True)
class _Program:
    names: tuple[str, ...]
    oldest: tuple[int, int]


_PROGRAMS: Final = {
    "prometheus": _Program(("prometheus",), _PROMETHEUS),
    "promtool": _Program(("promtool",), _PROMETHEUS),
    "alertmanager": _Program(("alertmanager", "prometheus-alertmanager"), _ALERTMANAGER),  # the second is Debian's
    "amtool": _Program(("amtool",), _ALERTMANAGER),
}

_ADVICE: Final = f"""Any one of these helps:
  - as root: apt-get install prometheus prometheus-alertmanager (Debian 12, Ubuntu 24.04 or later)
  - as anybody: download Prometheus and Alertmanager from https://prometheus.io/download/, unpack them, and put the
    folders which hold prometheus, promtool, alertmanager and amtool on PATH
  - put all four into one folder and name it: export {OVERRIDE}=/path/to/folder"""


class ServersMissingError(UnavailableError):
    """Prometheus or Alertmanager cannot be found, is too old, or does not run here."""


@dataclass(frozen=True)
class Servers:
    """The four programs."""

    prometheus: Path
    promtool: Path
    alertmanager: Path
    amtool: Path


def find_servers(*, fetch: bool = True, folder: Path | None = None) -> Servers:
    """Return the four programs, downloading them when they are nowhere and `fetch` allows it.

    Args:
        fetch: whether a download into `folder` is allowed.
        folder: where a download goes and is looked for; `.servers` of the checkout by default.

    Raises:
        ServersMissingError: one is missing, too old or does not run; the message names each way to get it.
    """
    override = os.environ.get(OVERRIDE)
    if override:
        found, problems = _look((override,))
        return _servers(found, problems, f"{OVERRIDE}={override} does not hold working servers.")
    folder = folder if folder is not None else checkout() / ".servers"
    path = (*os.get_exec_path(), str(folder / "usr" / "bin"))
    found, problems = _look(path)
    intro = f"Prometheus and Alertmanager are needed, and not all of them are on PATH or in {folder}."
    if len(found) < len(_PROGRAMS) and fetch:
        try:
            fetch_servers(folder)
        except FetchError as error:
            problems.append(f"download: {error}")
        else:
            found, problems = _look(path)
    return _servers(found, problems, intro)


def _servers(found: dict[str, Path], problems: list[str], intro: str) -> Servers:
    missing = [name for name in _PROGRAMS if name not in found]
    if missing:
        lines = [intro, f"missing: {', '.join(missing)}", *problems, _ADVICE]
        raise ServersMissingError("\n".join(lines))
    return Servers(**found)


def _look(path: tuple[str, ...]) -> tuple[dict[str, Path], list[str]]:
    """Return the first working program of each kind along `path`, and what is wrong with those passed over."""
    found: dict[str, Path] = {}
    problems: list[str] = []
    for kind, program in _PROGRAMS.items():
        for candidate in _candidates(program.names, path):
            problem = _problem(candidate, program.oldest)
            if problem is None:
                found[kind] = candidate
                break
            problems.append(f"passed over {candidate}: {problem}")
    return found, problems


def _candidates(names: tuple[str, ...], path: tuple[str, ...]) -> list[Path]:
    hits = [shutil.which(name, path=folder) for folder in path if folder for name in names]
    return list(dict.fromkeys(Path(hit).absolute() for hit in hits if hit))


def _problem(program: Path, oldest: tuple[int, int]) -> str | None:
    """Say why a program will not do, or None if it will."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it does not run here ({error})"
    match = _VERSION.search(done.stdout + done.stderr)
    if done.returncode != 0 or match is None:
        return f"`--version` tells no version (exit code {done.returncode})"
    version = (int(match[1]), int(match[2]))
    if version < oldest:
        return f"version {version[0]}.{version[1]} is too old, {oldest[0]}.{oldest[1]} or later is needed"
    return None


def main() -> int:
    """Print where each program is; fetch what is missing."""
    try:
        servers = find_servers()
    except ServersMissingError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    for field, path in zip(fields(servers), astuple(servers), strict=True):
        sys.stdout.write(f"{field.name:<13}{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
