"""Programs that speak JSON lines: what they answer, how they die, and that nothing of them stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from controller.golden.command import CommandSubject
from controller.golden.lines import LinesSession
from controller.golden.subject import BrokenError, RefusedError, SubjectUnavailableError
from tests.controller.golden.conftest import Command


def _alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet taken off the list does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _wait_gone(pid: int) -> bool:
    until = time.monotonic() + 60
    while _alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not _alive(pid)


def _session(subject: CommandSubject) -> LinesSession:
    return subject.session()


def test_one_program_answers_many_questions(command: Command) -> None:
    session = _session(command("say(answer=[os.getpid(), given['n']])"))
    first, second = session.ask("1", {"n": 1}), session.ask("2", {"n": 2})
    assert (first[0], first[1], second[1]) == (second[0], 1, 2)
    session.close()
    assert _wait_gone(first[0])


def test_an_error_is_the_subjects_own_word(command: Command) -> None:
    session = _session(command("say(error='no such category')"))
    with pytest.raises(RefusedError, match=r"^no such category$"):
        session.ask("1", {})
    session.close()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("print('hello', flush=True)", "answered what is no JSON: 'hello' (only answers may be written there)"),
        ("print('[1]', flush=True)", 'answered neither {"answer": ...} nor {"error": ...}'),
        ("say(answer=1, error=2)", "answered neither"),
        ("say()", "answered neither"),
        ("id = 'other'; say(answer=1)", "answered question 'other' when asked question '1'"),
        ("say(answer=float('nan'))", "answered what is no JSON"),
        ('print(\'{"id": "1", "answer": 1e999}\', flush=True)', "answered what is no JSON"),
        ("sys.exit(3)", "it died (exit code 3)"),
        ("os.kill(os.getpid(), 9)", "it died (SIGKILL)"),
        ("sys.stdout.write('{\"id\": '); sys.exit(0)", "it died in the middle of an answer (exit code 0)"),
        ("print('first\\nsecond', file=sys.stderr); sys.exit(1)", "(exit code 1); its stderr ends: first | second"),
    ],
)
def test_what_is_no_answer_is_told_with_how_it_ended(command: Command, body: str, said: str) -> None:
    session = _session(command(body))
    with pytest.raises(BrokenError) as caught:
        session.ask("1", {})
    session.close()
    assert said in str(caught.value)


def test_a_program_that_died_is_started_again_for_the_next_question(command: Command) -> None:
    session = _session(command("if given.get('die'): sys.exit(1)\nsay(answer=os.getpid())"))
    before = session.ask("1", {})
    with pytest.raises(BrokenError):
        session.ask("2", {"die": True})
    after = session.ask("3", {})
    session.close()
    assert before != after


def test_a_flood_on_stderr_neither_blocks_nor_fills_memory(command: Command) -> None:
    session = _session(command("sys.stderr.write('x' * 5_000_000 + '\\nend\\n'); sys.stderr.flush()\nsay(answer=1)"))
    assert session.ask("1", {}) == 1
    session.close()


def test_an_abort_ends_a_hanging_program_and_all_that_it_started(command: Command, tmp_path: Path) -> None:
    body = f"""
import subprocess
child = subprocess.Popen(['sleep', '60'])
open({str(tmp_path / "pids")!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')
time.sleep(60)
"""
    session = _session(command(body))
    caught: list[BaseException] = []

    def ask() -> None:
        try:
            session.ask("1", {})
        except BrokenError as error:
            caught.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    until = time.monotonic() + 60
    while (
        time.monotonic() < until
        and len((tmp_path / "pids").read_text().split() if (tmp_path / "pids").exists() else ()) < 2
    ):
        time.sleep(0.01)
    session.abort()
    thread.join(60)
    assert len(caught) == 1
    assert all(_wait_gone(int(pid)) for pid in (tmp_path / "pids").read_text().split())


def test_a_session_that_was_given_up_starts_nothing_any_more(command: Command) -> None:
    session = _session(command("say(answer=1)"))
    session.abort()
    with pytest.raises(BrokenError, match="it was given up"):
        session.ask("1", {})
    assert not session.runs


def test_what_a_program_leaves_behind_is_killed_when_it_is_closed(command: Command) -> None:
    session = _session(command("import subprocess\nsay(answer=subprocess.Popen(['sleep', '60']).pid)"))
    child = session.ask("1", {})
    assert _alive(child)
    session.close()
    assert _wait_gone(child)


_ORPHANS = """
import sys
from pathlib import Path
from controller.golden.command import CommandSubject
subject = CommandSubject((sys.executable, "-I", "-S", "program.py"), Path(sys.argv[1]), version=None, files=())
print(subject.session().ask("1", {}), flush=True)
sys.stdin.read()
"""


def test_a_program_dies_with_us_even_when_we_are_killed(command: Command, tmp_path: Path) -> None:
    command("say(answer=os.getpid())\ntime.sleep(60)")
    parent = subprocess.Popen(
        [sys.executable, "-c", _ORPHANS, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    pid = int(parent.stdout.readline())
    assert _alive(pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    parent.stdin.close()
    assert _wait_gone(pid)


@pytest.mark.parametrize("name", ["no-such-program-at-all", "./none", "/none/at/all"])
def test_a_program_that_is_not_there_makes_the_subject_unavailable(tmp_path: Path, name: str) -> None:
    subject = CommandSubject((name,), tmp_path, version=None, files=())
    with pytest.raises(SubjectUnavailableError, match="no program"):
        subject.identity()
    with pytest.raises(SubjectUnavailableError, match="no program"):
        subject.session().ask("1", {})


def test_a_file_that_is_no_program_makes_the_subject_unavailable(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF nonsense")
    broken.chmod(0o755)
    session = CommandSubject(("./broken",), tmp_path, version=None, files=()).session()
    with pytest.raises(SubjectUnavailableError, match=r"could not be started.*cannot run ./broken"):
        session.ask("1", {})
