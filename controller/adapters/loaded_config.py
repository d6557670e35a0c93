"""The settings that the last controller worked with, in a file beside its journal: the next says what has changed.

A cache and nothing else. The journal knows the configuration by its digest; the file counts only if it is of that one.
Secrets do not stand in it, only marks by which another one can be told from them.
"""

from __future__ import annotations

import contextlib
import json

from controller.adapters.atomic import write_atomic
from controller.config import digest as config_digest
from controller.config.config import Config
from controller.errors import StorageError
from controller.place import Place

NAME = "config-loaded.json"


def keep(place: Place, config: Config) -> None:
    """Keep the settings, for those to read who may read the journal; without the file, no changes are named."""
    content = {"digest": config_digest.digest(config), "settings": config_digest.flat(config)}
    with contextlib.suppress(StorageError, OSError):
        write_atomic(place.state / NAME, json.dumps(content, indent=1).encode(), like=place.journal.stat())


def changes(place: Place, config: Config, known: str) -> tuple[str, ...]:
    """Return what differs from the configuration with the digest `known`, as far as the file says, one line each."""
    try:
        found = json.loads((place.state / NAME).read_text(encoding="utf-8"))
        digest, settings = found["digest"], found["settings"]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    if digest != known or not isinstance(settings, dict):
        return ()
    return config_digest.differences(settings, config_digest.flat(config))
