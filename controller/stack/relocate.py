"""Makes Debian's servers work from any folder.

Debian's builds read templates and pages from `/usr/share/prometheus`, where upstream's carry them inside the program;
an Alertmanager that was only unpacked ends at once with "failed to parse templates". There is no option for it, so
the path inside our unpacked copy is made relative to the working directory, with as many bytes as it had (the way
conda relocates its packages), and a script of the program's name enters the right directory first. The package itself
was checked by apt before. Programs without such a path, upstream's among them, stay as they are.

Because of that script a relocated server takes its paths from there: give it absolute ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_ABSOLUTE: Final = b"/usr/share/prometheus/"
_RELATIVE: Final = b"usr/share//prometheus/"
_SCRIPT: Final = """\
#!/bin/sh
# Made by controller/stack/relocate.py: the program finds its templates and pages below the directory entered here.
cd "$(dirname "$0")/../.." && exec "usr/lib/relocated/{name}" "$@"
"""


def relocate(root: Path) -> list[str]:
    """Relocate the programs in `root`/usr/bin that look for files in /usr/share/prometheus; return their names."""
    library = root / "usr" / "lib" / "relocated"
    names = []
    for program in sorted((root / "usr" / "bin").iterdir()):
        code = program.read_bytes()
        if _ABSOLUTE not in code:
            continue
        library.mkdir(parents=True, exist_ok=True)
        moved = library / program.name
        moved.write_bytes(code.replace(_ABSOLUTE, _RELATIVE))
        moved.chmod(0o755)
        program.write_text(_SCRIPT.format(name=program.name))
        names.append(program.name)
    return names
