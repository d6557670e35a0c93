"""Whether the index's file says what the journal says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from controller.history.index import Index
from controller.history.index_file import WAIT, StaleError
from controller.journal.store import Journal


def wrong(journal: Journal, path: Path, fresh: Index) -> list[str]:
    """Return what is wrong with an index's file, held against one that was just made; nothing is changed.

    An index of other code, or of another journal, is not wrong: it is not used.
    """
    if not path.exists():
        return []
    hint = "it is only a cache: delete the file, it is made anew by the next who reads history"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=WAIT)) as file:
            if (said := file.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                return [f"{path} is damaged: {said}; {hint}"]
            with Index(journal, None, begin=file) as copy:
                event = copy.differs(fresh)
    except StaleError:
        return []
    except (sqlite3.Error, ValueError) as error:
        return [f"{path} cannot be read ({error}); {hint}"]
    return [] if event is None else [f"{path} says otherwise than the journal at event {event}; {hint}"]
