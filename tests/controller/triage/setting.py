"""A stack's folder with a past, and the reference configuration with a local GitHub, for the job and the command."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.connection import connection
from controller.journal.state import State
from controller.journal.store import Journal
from controller.stack.checkout import checkout
from controller.stack.layout import Layout
from controller.triage.job import FOLDER, triage_job
from tests.controller.casebook.past import Past
from tests.controller.triage.fake_github import REPOSITORY, TOKEN, FakeGitHub
from tests.controller.triage.pasts import DAY, harmful


def harmed(state: Path, raises: int = 5) -> float:
    """Write a past of the last days in which raising the temperature does harm; return the time now."""
    now = Clock().now()
    with Past(Layout(state).controller.parent, now - 6.5 * DAY) as past:
        harmful(past, raises)
    return now


@cache
def _written() -> tuple[Path, float]:
    """Write such a past once; return its folder, and the time then."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder, harmed(folder)


def copied(state: Path) -> float:
    """Make a stack's folder with such a past; return the time that is now for it."""
    folder, now = _written()
    shutil.copytree(folder, state)
    return now


def write_config(folder: Path, hub: FakeGitHub | None = None, **more: Any) -> Path:
    """Write the reference configuration, with the fake as its repository; return the file."""
    found = yaml.safe_load((checkout() / "autopilot.yaml").read_text(encoding="utf-8"))
    found["prometheus"] |= {"url": "http://127.0.0.1:9", "retries": 0, "timeout": 1}
    found["golden"]["cases"] = str(checkout() / found["golden"]["cases"])
    section: dict[str, Any] = {"alerts": False, **more}
    if hub is not None:
        token = folder / "token"
        token.write_text(TOKEN, encoding="utf-8")
        section["github"] = {
            "url": hub.url,
            "repository": REPOSITORY,
            "token_file": str(token),
            "timeout": 30,
            "total": 60,
            "retries": 0,
            **section.get("github", {}),
        }
    found["triage"] = section
    path = folder / "autopilot.yaml"
    path.write_text(yaml.safe_dump(found), encoding="utf-8")
    return path


def run_job(config: Path, state: Path, now: float) -> str:
    """Do the scheduled job as a controller would; return its words."""
    known, folder = read_config(config), Layout(state).controller
    with Journal(folder / "journal.db", "writer") as journal:
        return triage_job(known, journal, connection(known), folder / FOLDER)(State(), now).text
