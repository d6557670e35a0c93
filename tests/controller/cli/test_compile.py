"""`compile`: the generated files of this checkout are current; and what it says when files are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from controller.adapters import generated
from controller.adapters.generated import (
    BOARDS,
    COMPOSE,
    FOLDERS,
    RULES,
    GeneratedFileError,
    ToolError,
    check_with_tools,
    find_stale,
    generated_files,
    write,
)
from controller.cli.compile import COMMANDS, compile_command
from controller.cli.main import main
from controller.stack.checkout import checkout
from controller.stack.servers import Servers, find_servers

FILES = generated_files()
ENTROPY_RULES = f"{RULES}/rules/planner.yml"


def _invoke(*arguments: str) -> Result:
    return CliRunner().invoke(compile_command, list(arguments))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


@pytest.mark.slow
def test_the_checkouts_files_are_current_and_prometheus_tools_accept_them() -> None:
    result = _invoke("--check", "--json")
    report = json.loads(result.output)
    assert report["stale"] == []
    assert [(run["name"], run["passed"]) for run in report["tools"]] == [
        ("promtool check config", True),
        ("promtool check rules", True),
        ("promtool test rules", True),
        ("amtool check-config", True),
    ]
    assert (result.exit_code, report["passed"]) == (0, True)


def test_an_empty_tree_is_written_and_then_current(tmp_path: Path) -> None:
    result = _invoke("--root", str(tmp_path))
    assert result.exit_code == 0
    assert f"wrote {ENTROPY_RULES}" in result.output
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == set(FILES)
    again = _invoke("--root", str(tmp_path), "--json")
    assert json.loads(again.output) == {"files": len(FILES), "changed": []}


def test_a_file_that_is_no_longer_generated_is_removed(tree: Path) -> None:
    orphan = tree / RULES / "rules" / "retired.yml"
    orphan.write_text("groups: []\n")
    assert [(stale.path, stale.problem) for stale in find_stale(tree, FILES)] == [
        (f"{RULES}/rules/retired.yml", "orphan")
    ]
    result = _invoke("--root", str(tree))
    assert f"removed {RULES}/rules/retired.yml" in result.output
    assert not orphan.exists()


def test_check_shows_what_is_stale_and_changes_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.cli.compile.check_with_tools", lambda _root, _servers: [])
    rules = tree / ENTROPY_RULES
    edited = rules.read_text().replace("< 0.3", "< 0.1")
    rules.write_text(edited)
    (tree / COMPOSE).unlink()
    result = _invoke("--check", "--root", str(tree))
    assert result.exit_code == 1
    assert f"{COMPOSE}: missing; run `make gen`" in result.output
    assert f"{ENTROPY_RULES}: changed; run `make gen`" in result.output
    assert "< 0.1" in next(line for line in result.output.splitlines() if line.startswith("-  "))
    assert rules.read_text() == edited
    assert not (tree / COMPOSE).exists()
    monkeypatch.setattr("sys.argv", ["vvtvctl", "compile", "--check", "--root", str(tree)])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1  # as the program that people and CI run says it


def test_check_fails_when_a_tool_refuses(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tree / RULES / "tests").iterdir():
        if path.name != "llm.yml":
            path.unlink()
    rules = tree / RULES / "rules" / "llm.yml"
    rules.write_text(rules.read_text().replace("> 0.5", "> 5"))
    monkeypatch.setattr("controller.cli.compile.find_stale", lambda _root, _files: [])
    result = _invoke("--check", "--root", str(tree))
    assert result.exit_code == 1
    assert "promtool test rules: failed" in result.output
    assert "LlmDegraded: fires on an open breaker" in result.output
    assert "amtool check-config: passed" in result.output


@pytest.mark.parametrize(
    ("path", "text", "tool"),
    [
        (f"{RULES}/prometheus.yml", "global: {scrape: 1}\n", "promtool check config"),
        (f"{RULES}/rules/llm.yml", "groups: [{name: a, rules: [{alert: A, expr: 'sum('}]}]\n", "promtool check rules"),
        (f"{RULES}/alertmanager.yml", "route: {receiver: nobody}\n", "amtool check-config"),
    ],
)
def test_each_tool_notices_its_file(path: str, text: str, tool: str, tree: Path) -> None:
    for unit_test in (tree / RULES / "tests").iterdir():
        if unit_test.name != "curator.yml":
            unit_test.unlink()
    (tree / path).write_text(text)
    failed = [run.name for run in check_with_tools(tree, find_servers()) if not run.passed]
    assert tool in failed


def test_a_tool_that_does_not_run_is_an_error_of_ours(tree: Path) -> None:
    nowhere = Path("/nowhere/promtool")
    with pytest.raises(ToolError, match="promtool check config: /nowhere/promtool did not run to its end"):
        check_with_tools(tree, Servers(nowhere, nowhere, nowhere, nowhere))


def test_a_tree_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "grafana").write_text("a file where a folder must be")
    with pytest.raises(GeneratedFileError, match=r"grafana/generated/autopilot.json: "):
        write(tmp_path, FILES)


def test_a_generated_file_of_strange_bytes_is_said_so(tree: Path) -> None:
    (tree / BOARDS / "business.json").write_bytes(b"\xff\xfe")
    with pytest.raises(GeneratedFileError, match=r"business.json: cannot be read .* remove it"):
        find_stale(tree, FILES)


def test_long_differences_are_summarised(tree: Path) -> None:
    (tree / ENTROPY_RULES).write_text("\n".join(f"line {number}" for number in range(100)))
    (stale,) = find_stale(tree, FILES)
    assert stale.diff.endswith("more lines")
    assert len(stale.diff.splitlines()) == generated._DIFF_LINES + 1


def test_every_file_is_in_a_folder_of_ours_and_names_no_machine() -> None:
    for path, text in FILES.items():
        assert path == COMPOSE or path.startswith(tuple(f"{folder}/" for folder in FOLDERS))
        assert str(checkout()) not in text


def test_the_command_is_exported() -> None:
    exported: tuple[Any, ...] = COMMANDS
    assert exported == (compile_command,)
    assert compile_command.name == "compile"
