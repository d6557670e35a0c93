"""grafanalib stays in one file, and compiling stays pure: no clock, no network, no files."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from controller.stack.checkout import checkout

MODULES = [path for folder in ("alertmanager", "grafana") for path in sorted((checkout() / folder).rglob("*.py"))]
IMPURE = {"datetime", "http", "io", "os", "pathlib", "random", "requests", "shutil", "socket", "subprocess", "time"}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(checkout()).as_posix())
def test_a_module_is_pure_and_keeps_to_its_layer(path: Path) -> None:
    imports = _imports(path)
    package = path.relative_to(checkout()).parts[0]
    other = {"alertmanager", "grafana"} - {package}
    assert not imports & (IMPURE | other | {"components", "controller"})
    if "grafanalib" in imports:
        assert path.relative_to(checkout()).as_posix() == "grafana/panel.py"


def test_the_check_sees_imports() -> None:
    assert len(MODULES) > 20
    assert "grafanalib" in _imports(checkout() / "grafana" / "panel.py")
