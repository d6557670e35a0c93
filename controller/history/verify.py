"""Is history whole? Every file and archive by its hashes, the index and the versions' names against the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from controller.adapters import archive
from controller.adapters.history import History, is_version_file, read_version
from controller.adapters.version_file import parsed
from controller.counted import counted
from controller.errors import IntegrityError
from controller.history.compress import left_over
from controller.history.entry import Entry
from controller.history.index import NAME, Index
from controller.history.index_check import wrong
from controller.history.query import Query
from controller.journal.store import Journal

SHOWN = 3  # names in a note


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes:
        files: versions in files of their own.
        archives: archives.
        archived: versions in them.
        entries: times that a version came into force, as the journal says.
        problems: what is damaged or missing, each with its place and what to do.
        notes: what is odd, but no damage.
        versions: the names of all that there are.
    """

    files: int
    archives: int
    archived: int
    entries: int
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    versions: frozenset[str]


def verify(folder: Path, journal: Journal) -> Report:
    """Return what is wrong with a history folder, and with the index beside it. It changes nothing.

    Raises:
        StorageError, IntegrityError: the journal cannot be read.
    """
    history = History(folder)
    problems: list[str] = []
    notes: list[str] = []
    files, archived = _files(history, problems), _archives(history, problems)
    notes += _odd(history)
    with Index(journal, None) as fresh:
        problems += wrong(journal, folder.parent / NAME, fresh)
        known = fresh.last_used()
        have = files | archived
        absent = [entry for entry in fresh.entries(Query()) if entry.version not in have]
        missing, gone = _missing(absent, known, fresh.carry.removed_before)
        problems += [_lost(folder, entry) for entry in missing]
        notes += gone
        count = fresh.page(Query(), size=1).total
    if unnamed := sorted(files - known.keys()):
        notes.append(
            f"{counted(len(unnamed), 'sound version')} that the journal does not name ({_some(unnamed)}): written when "
            "the configured weights changed or a canary was held; or put there by somebody"
        )
    archives = sum(1 for _ in history.archives())
    return Report(len(files), archives, len(archived - files), count, tuple(problems), tuple(notes), frozenset(have))


def _files(history: History, problems: list[str]) -> set[str]:
    """Return the names of the versions that are files; what is wrong with them is added to the problems."""
    found = set[str]()
    for path in history.files():
        found.add(path.stem)
        try:
            read_version(path)
        except IntegrityError as error:
            problems.append(str(error))
    return found


def _archives(history: History, problems: list[str]) -> set[str]:
    found = set[str]()
    for path in history.archives():
        try:
            for name, content in archive.unpack(path).items():
                found.add(parsed(content, path, Path(name).stem).version)
        except IntegrityError as error:
            problems.append(str(error))
    return found


def _odd(history: History) -> Iterator[str]:
    """Yield what no controller puts into a history folder, and what a killed one left."""
    days = set(history.days())
    places = [history.folder, *days, history.folder / archive.FOLDER]
    known = {*days, history.folder / archive.FOLDER, *history.archives(), *history.files()}
    odd = sorted(path for place in places if place.is_dir() for path in place.iterdir() if path not in known)
    left = [path for path in odd if left_over(path)]
    if others := [str(path) for path in odd if path not in left]:
        yield f"{counted(len(others), 'file')} that no controller put there ({_some(others)}); take them away"
    if left:
        files = f"{counted(len(left), 'file')} left half-written by a killed process ({_some(map(str, left))})"
        yield f"{files}; upkeep removes {'it' if len(left) == 1 else 'them'}"


def _missing(absent: list[Entry], used: dict[str, float], removed_before: float) -> tuple[list[Entry], list[str]]:
    """Return the entries whose versions are lost, one for each version, and notes on those that may be missing."""
    by_version = {entry.version: entry for entry in absent}
    sure = {entry.version for entry in absent if entry.confirmed}
    old = {version for version in by_version if used[version] < removed_before}
    lost = [entry for version, entry in by_version.items() if version in sure - old]
    notes = []
    if old:
        notes.append(f"removed by retention: {counted(len(old), 'version')} ({_some(sorted(old))})")
    if never := sorted(by_version.keys() - sure - old):
        notes.append(
            f"{counted(len(never), 'version')} may never have been written ({_some(never)}): the controller ended "
            "right after saying so in the journal"
        )
    return lost, notes


def _lost(folder: Path, entry: Entry) -> str:
    return (
        f"{folder}: version {entry.version} is missing, which was {entry.cause} at event {entry.seq}; restore "
        f"*/{entry.version}.json from a copy. Its values stand in the journal, but nobody can roll back to it"
    )


def _some(names: Iterable[str]) -> str:
    """Return the first few names; of a version its first digits."""
    found = [name[:12] if is_version_file(Path(f"{name}.json")) else name for name in names]
    more = len(found) - SHOWN
    return ", ".join(found[:SHOWN]) + (f" and {more} more" if more > 0 else "")
