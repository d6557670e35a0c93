"""The controller knows metrics and parameters by its configuration alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import controller
from exporter.catalog import CATALOG
from exporter.reference import REFERENCE_PARAMETERS

ROOT = Path(controller.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py") if ROOT / "trials" / "demo" not in path.parents)
OF_OTHERS = {kpi.name for kpi in CATALOG.kpis} | set(REFERENCE_PARAMETERS.names)


def _texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield every text of a module that is no docstring: those are for people."""
    shown = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in shown:
            yield node.lineno, node.value


def _named(source: str) -> list[str]:
    """Return the names of the reference service's metrics, KPIs and parameters in a module's texts and identifiers."""
    tree, found = ast.parse(source), []
    for line, text in _texts(tree):
        words = set(re.findall(r"\w+", text))
        found += [f"{line}: {word}" for word in words if word.startswith("vvtv_") or word in OF_OTHERS]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "exporter.reference":
            found.append(f"{node.lineno}: {node.module}")
        if isinstance(node, ast.Attribute) and node.attr in OF_OTHERS:
            found.append(f"{node.lineno}: .{node.attr}")
    return found


@pytest.mark.parametrize(
    "source",
    ['x = "rate(vvtv_plays_total[5m])"', 'x = f"{y}: temperature"', "from exporter.reference import X", "a.top_k"],
)
def test_the_search_finds_what_it_looks_for(source: str) -> None:
    assert _named(source)


def test_there_are_files_to_search() -> None:
    assert len(FILES) > 40


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_names_a_metric_or_parameter_of_the_reference_service(path: Path) -> None:
    assert _named(path.read_text(encoding="utf-8")) == []
