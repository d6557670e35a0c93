"""A day of history in one file, `archive/YYYY-MM-DD-<sha256 of the file>.tar.gz`: `tar xzf` opens it, too.

The file is named for its own hash, so that a flipped bit anywhere in it is found, and so that another content is
another file: nothing is ever written over. Equal contents make equal bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from controller.errors import IntegrityError

FOLDER = "archive"
MOST = 256 * 2**20  # bytes that an archive may hold; a day's versions take a thousandth of it
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-([0-9a-f]{64})\.tar\.gz\Z")
_MEMBER = re.compile(r"[0-9a-f]{64}\.json\Z")


def pack(day: str, files: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Return the archive's name and content; `files` are the versions' files by name."""
    made = io.BytesIO()
    midnight = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(content), midnight, 0o644
            tar.addfile(member, io.BytesIO(content))
    content = gzip.compress(made.getvalue(), mtime=0)
    return f"{day}-{hashlib.sha256(content).hexdigest()}.tar.gz", content


def day_of(path: Path) -> str | None:
    """Return the day that an archive is of, None when it is not named like one."""
    found = _NAME.match(path.name)
    return found[1] if found else None


def unpack(path: Path) -> dict[str, bytes]:
    """Return the files in an archive by name; nothing is written anywhere.

    Raises:
        IntegrityError: it is not what was written, or holds what no controller put there.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise IntegrityError(f"{path}: cannot be read ({error.strerror}); make it readable") from None
    name = _NAME.match(path.name)
    if name is None or hashlib.sha256(content).hexdigest() != name[2]:
        raise IntegrityError(
            f"{path}: its content is not what it is named for; it was altered or is half a file: restore it from a copy"
        )
    try:
        return _members(content)
    except (OSError, EOFError, ValueError, tarfile.TarError) as error:
        raise IntegrityError(f"{path}: cannot be read as an archive ({error}); restore it from a copy") from None


def _members(content: bytes) -> dict[str, bytes]:
    """Return the files in an archive. Raises what the libraries raise, and ValueError."""
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
        plain = stream.read(MOST + 1)
    if len(plain) > MOST:
        raise ValueError(f"more than {MOST} bytes")
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isreg() and _MEMBER.match(member.name) else None
            if file is None:
                raise ValueError(f"it holds {member.name[:80]!r}, which is no version")
            found[member.name] = file.read()
    return found
