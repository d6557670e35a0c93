"""Is there room for the journal, which only grows: a few hundred bytes for each look."""

from __future__ import annotations

import os
from collections.abc import Iterator

from controller.setup.finding import Finding, Teller
from controller.setup.patient import Patient

NAME = "disk"
LITTLE, NOTHING = 1e9, 1e8  # bytes
_TELL = Teller(NAME)


def look(patient: Patient) -> Iterator[Finding]:
    """Look at the space below the state folder."""
    folder = patient.place.state
    while not folder.exists():
        folder = folder.parent
    found = os.statvfs(folder)
    free, whole = found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize
    text = f"{free / 1e9:.1f} GB of {whole / 1e9:.0f} GB free at {folder}"
    figures = {"free_bytes": free, "total_bytes": whole, "free_files": found.f_favail}
    if free < NOTHING or (found.f_files and not found.f_favail):
        yield _TELL.fail(text, "free space: a controller that cannot write its journal stops acting", **figures)
    elif free < LITTLE:
        yield _TELL.warn(text, "free some: journal, history and Prometheus' samples all grow", **figures)
    else:
        yield _TELL.ok(text, **figures)
