"""The generated files: what they must be, whether they are, and what Prometheus' own tools say about them.

Four places are ours alone: whatever else stands in a generated folder is stale and is removed.
"""

from __future__ import annotations

import difflib
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from alertmanager.compile import compile_files
from controller.errors import AutopilotError, StorageError
from exporter.endpoints import DEFAULT_ENDPOINTS
from exporter.timing import PRODUCTION
from grafana.compile import compile_boards, compile_provisioning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.stack.servers import Servers

RULES: Final = "alertmanager/generated"
BOARDS: Final = "grafana/generated"
PROVISIONING: Final = "grafana/provisioning"
COMPOSE: Final = "docker-compose.yml"
FOLDERS: Final = (RULES, BOARDS, PROVISIONING)
_TOOL_TIMEOUT: Final = 120
_DIFF_LINES: Final = 12


class GeneratedFileError(StorageError):
    """A generated file cannot be read, written or removed."""


class ToolError(AutopilotError):
    """promtool or amtool could not be run to its end."""


@dataclass(frozen=True)
class Stale:
    """A generated file that is not what it must be."""

    path: str
    problem: Literal["missing", "changed", "orphan"]
    diff: str = ""


@dataclass(frozen=True)
class ToolRun:
    """What one of Prometheus' tools said about the generated files."""

    name: str
    passed: bool
    output: str


def generated_files() -> dict[str, str]:
    """Return path below the checkout -> text of every generated file."""
    from controller.stack.compose import compose_text  # noqa: PLC0415  # the stack is not needed to compile the rest

    files = {f"{RULES}/{path}": text for path, text in compile_files(DEFAULT_ENDPOINTS, PRODUCTION).items()}
    files |= {f"{BOARDS}/{path}": text for path, text in compile_boards().items()}
    files |= {f"{PROVISIONING}/{path}": text for path, text in compile_provisioning(DEFAULT_ENDPOINTS).items()}
    return files | {COMPOSE: compose_text()}


def find_stale(root: Path, files: Mapping[str, str]) -> list[Stale]:
    """Return the generated files below `root` that are missing, changed, or no longer generated.

    Raises:
        GeneratedFileError: a file cannot be read.
    """
    found = []
    for path, text in sorted(files.items()):
        try:
            present = (root / path).read_text(encoding="utf-8")
        except FileNotFoundError:
            found.append(Stale(path, "missing"))
        except (OSError, UnicodeDecodeError) as error:
            raise GeneratedFileError(
                f"{root / path}: cannot be read ({error}); make it readable or remove it"
            ) from error
        else:
            if present != text:
                found.append(Stale(path, "changed", _diff(path, present, text)))
    return found + [Stale(path, "orphan") for path in _orphans(root, files)]


def write(root: Path, files: Mapping[str, str]) -> list[Stale]:
    """Make the generated files below `root` current; return what was stale.

    Raises:
        GeneratedFileError: a file cannot be read, written or removed.
    """
    stale = find_stale(root, files)
    for entry in stale:
        path = root / entry.path
        try:
            if entry.problem == "orphan":
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(files[entry.path], encoding="utf-8")
        except OSError as error:
            raise GeneratedFileError(f"{path}: {error.strerror}; make the checkout writable and run again") from error
    return stale


def check_with_tools(root: Path, servers: Servers) -> list[ToolRun]:
    """Run promtool and amtool on the generated files below `root`.

    Raises:
        ToolError: a tool did not run to its end.
    """
    folder = root / RULES
    rules = sorted(str(path) for path in (folder / "rules").glob("*.yml"))
    unit_tests = sorted(str(path) for path in (folder / "tests").glob("*.yml"))
    promtool, amtool = str(servers.promtool), str(servers.amtool)
    return [
        _run("promtool check config", [promtool, "check", "config", str(folder / "prometheus.yml")]),
        _run("promtool check rules", [promtool, "check", "rules", "--lint=all", "--lint-fatal", *rules]),
        _run("promtool test rules", [promtool, "test", "rules", *unit_tests]),
        _run("amtool check-config", [amtool, "check-config", str(folder / "alertmanager.yml")]),
    ]


def _run(name: str, command: list[str]) -> ToolRun:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TOOL_TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolError(f"{name}: {command[0]} did not run to its end ({error}); check that it works here") from error
    return ToolRun(name, done.returncode == 0, (done.stdout + done.stderr).strip())


def _orphans(root: Path, files: Mapping[str, str]) -> list[str]:
    present = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*")) if not path.is_dir()]
    return [name for name in (path.relative_to(root).as_posix() for path in present) if name not in files]


def _diff(path: str, present: str, wanted: str) -> str:
    """Return the first lines of a unified diff from the file as it is to the file as it must be."""
    lines = list(
        difflib.unified_diff(present.splitlines(), wanted.splitlines(), path, f"{path} (generated)", lineterm="", n=1)
    )
    more = [f"... {len(lines) - _DIFF_LINES} more lines"] if len(lines) > _DIFF_LINES else []
    return "\n".join([*lines[:_DIFF_LINES], *more])
