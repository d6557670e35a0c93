"""Where the source tree is."""

from __future__ import annotations

from pathlib import Path


def checkout() -> Path:
    """Return the source tree, or the working directory when we are installed without one (in the container image)."""
    tree = Path(__file__).resolve().parents[2]
    return tree if (tree / "pyproject.toml").is_file() else Path.cwd()
