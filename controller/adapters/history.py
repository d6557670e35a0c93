"""The history folder: every version of the parameters that was ever in force.

`YYYY-MM-DD/<sha256>.json` by the day on which it was first written; days that are long gone are compressed, see
controller/adapters/archive.py. What is in force stays a file of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from controller.adapters import archive
from controller.adapters.atomic import discard_prepared, write_fenced
from controller.adapters.version_file import LARGEST, parsed, written
from controller.adapters.version_file import Version as Version  # noqa: PLC0414 - what this module hands out
from controller.errors import ConfigError, IntegrityError, SequenceConflictError
from exporter.parameters import LiveParameters

SHORTEST_PREFIX = 6
CLEAR = 12  # digits that lists show; nobody looks for a second version that begins so
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_FILE = re.compile(r"([0-9a-f]{64})\.json\Z")


class UnknownVersionError(ConfigError):
    """No version in the folder begins with the digits that were given."""


class History:
    """The versions in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, live: LiveParameters, note: str) -> Path:
        """Store a version; one that is a file in history already is left as it is. Raises StorageError.

        A version that stands in an archive alone becomes a file again: it is in force.
        """
        version = live.version
        if found := sorted(self.folder.glob(f"*/{version}.json")):
            return found[0]
        day = datetime.fromtimestamp(live.written_at, UTC).date().isoformat()
        path = self.folder / day / f"{version}.json"
        discard_prepared(path)  # what a killed writer of the same version left
        try:
            write_fenced(path, written(live, note), lambda: None)
        except SequenceConflictError:
            return self.put(live, note)  # another writer of the same version came in between
        return path

    def list(self) -> list[Version]:
        """Return every version, oldest first. Raises IntegrityError for a file that is not what was written."""
        found: dict[str, Version] = {}
        for path in self.archives():
            for name, content in archive.unpack(path).items():
                version = parsed(content, path, Path(name).stem)
                found.setdefault(version.version, version)
        for path in self.files():
            version = read_version(path)
            known = found.get(version.version)
            if known is None or version.written_at < known.written_at:
                found[version.version] = version
        return sorted(found.values(), key=lambda v: (v.written_at, v.version))

    def get(self, prefix: str) -> Version:
        """Return the version whose hash begins with `prefix`, from its file, else from an archive.

        Raises:
            ConfigError: none or several do, or the prefix is too short.
            IntegrityError: the file or the archive is not what was written.
        """
        if len(prefix) < SHORTEST_PREFIX or not set(prefix) <= set("0123456789abcdef"):
            raise ConfigError(
                f"{prefix!r} is no version: give at least {SHORTEST_PREFIX} hex digits of one that "
                "`vvtvctl autopilot history` lists"
            )
        files = {path.stem: path for path in sorted(self.folder.glob(f"*/{prefix}*.json"), reverse=True)}
        if len(files) == 1 and len(prefix) >= CLEAR:
            return read_version(next(iter(files.values())))
        archived, damage = self._archived(prefix)
        found = [*files, *(name for name in archived if name not in files)]
        if not found:
            raise damage or UnknownVersionError(
                f"no version begins with {prefix!r}; `vvtvctl autopilot history` lists them"
            )
        if len(found) > 1:
            raise ConfigError(f"{prefix!r} begins {len(found)} versions: give more digits")
        return read_version(files[found[0]]) if files else archived[found[0]]

    def _archived(self, prefix: str) -> tuple[dict[str, Version], IntegrityError | None]:
        """Return the versions in archives that begin so, by name, and what is wrong with the first damaged archive."""
        found: dict[str, Version] = {}
        damage = None
        for path in self.archives():
            try:
                for name, content in archive.unpack(path).items():
                    stem = Path(name).stem
                    if stem.startswith(prefix):
                        found.setdefault(stem, parsed(content, path, stem))
            except IntegrityError as error:
                damage = damage or error  # another archive may hold what is wanted
        return found, damage

    def days(self) -> Iterator[Path]:
        """Yield the days' folders, oldest first."""
        yield from sorted(path for path in self.folder.glob("*") if _DAY.match(path.name) and path.is_dir())

    def files(self) -> Iterator[Path]:
        """Yield the versions' files, by day."""
        for day in self.days():
            yield from sorted(day.glob("*.json"))

    def archives(self) -> Iterator[Path]:
        """Yield the archives, by day."""
        yield from sorted(self.folder.glob(f"{archive.FOLDER}/*.tar.gz"))


def is_version_file(path: Path) -> bool:
    """Whether a file is named as a version's is."""
    return _FILE.match(path.name) is not None


def read_version(path: Path) -> Version:
    """Return the version in a file. Raises IntegrityError when it is not what was written."""
    try:
        if path.is_symlink() or not path.is_file():
            raise IntegrityError(f"{path}: is no plain file, no controller put it there; look at it and take it away")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise IntegrityError(
            f"{path}: cannot be read as a version ({error.strerror}); restore it from a copy"
        ) from None
    if len(content) > LARGEST:
        raise IntegrityError(f"{path}: more than {LARGEST} bytes, too many for a version; restore it from a copy")
    return parsed(content, path, path.stem)
