"""Whole runs: outcomes, determinism, time limits, a subject that is not there, and what the cache may answer."""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from controller.errors import ConfigError
from controller.golden.cache import Cache
from controller.golden.case import Case
from controller.golden.command import CommandSubject
from controller.golden.report import MOST_FAILURES, Report, failed_count, failures
from controller.golden.run import run_cases
from controller.golden.subject import Subject
from exporter.parameters import Values
from tests.controller.golden.conftest import QUICK, Command, Made, case, cases

VALUES: Values = {"top": 2}
FIRST = "def answer(case): return case['candidates'][: case['parameters']['top']]"


def _run(subject: Subject, *given: Case, cache: Cache | None = None, values: Values = VALUES) -> Report:
    return run_cases(given, values, subject, QUICK, cache=cache)


def _fault(subject: Subject, **given: object) -> str:
    report = _run(subject, *cases(dict(given)))
    assert not report.passed
    return "; ".join(report.results[0].faults)


def test_fixed_values_stand_over_the_proposed_ones_and_the_others_stay(made: Made) -> None:
    both = cases({"expect": {"equals": ["a", "b"]}}, {"expect": {"equals": ["a"]}, "parameters": {"top": 1}})
    report = _run(made(FIRST), *both, values={"top": 2, "other": 5})
    assert report.passed
    assert [result.values for result in report.results] == [{"top": 2, "other": 5}, {"top": 1, "other": 5}]
    assert report.results[1].answer == ["a"]


def test_every_failing_case_is_told_and_the_others_pass(made: Made) -> None:
    report = _run(made(FIRST), *cases({"expect": {"count": 1}}, {"expect": {"count": 2}}, {"expect": {"count": 3}}))
    assert [result.outcome for result in report.results] == ["failed", "passed", "failed"]
    assert failures(report) == ("case 1: expected 1 items, got 2", "case 3: expected 3 items, got 2")


def test_comparisons_ask_again_with_something_changed(made: Made) -> None:
    good = {
        "compare": [{"parameters": {"top": 1}, "then": "prefix"}, {"input": {"candidates": ["z"]}, "then": "different"}]
    }
    assert _run(made(FIRST), *cases({"expect": good})).passed
    bad = {"compare": [{"parameters": {"top": 3}, "then": "same"}]}
    assert _fault(made(FIRST), expect=bad).startswith('with {"top":3}: the answer changed')


def test_an_answer_that_is_compared_must_be_the_same_when_asked_again(made: Made, tmp_path: Path) -> None:
    body = "import os\ndef answer(case): return os.getpid() if case['parameters']['top'] == 1 else 0"
    bad = {"compare": [{"parameters": {"top": 1}, "then": "different"}]}
    cache = tmp_path / "cache"
    report = _run(made(body), *cases({"expect": bad}), cache=Cache(cache))
    assert report.results[0].faults[0].startswith('with {"top":1}: answered differently when asked again: ')
    assert not cache.exists()


def test_the_time_for_loading_the_code_is_part_of_the_time_for_all_cases(made: Made) -> None:
    slow = made("import time\ntime.sleep(0.6)\n" + FIRST)
    report = run_cases(cases({"expect": {"count": 2}}), VALUES, slow, replace(QUICK, whole=0.5))
    assert report.results[0].faults == ("not run: the cases did not end within 0.5 s",)


def test_what_the_function_raises_is_an_error_or_just_what_is_expected(made: Made) -> None:
    broken = made("def answer(case): raise ZeroDivisionError(f'of {len(case)}')")
    assert _fault(broken) == "raised ZeroDivisionError: of 2"
    assert _run(broken, *cases({"expect": {"error": "ZeroDivision"}})).passed
    assert "expected an error with overflow, got the error ZeroDivisionError: of 2" in _fault(
        broken, expect={"error": "overflow"}
    )
    assert "expected an error with x, got [" in _fault(made(FIRST), expect={"error": "x"})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise SystemExit(3)", "raised SystemExit: 3"),
        ("import os; os._exit(4)", "it died (exit code 4)"),
        ("return {1, 2}", "answered a set, which has no order"),
        ("return object()", "answered a object, which is no JSON value"),
        ("return float('inf')", "answered what is no JSON"),
    ],
)
def test_whatever_a_function_does_is_told_as_its_fault(made: Made, body: str, said: str) -> None:
    assert said in _fault(made(f"def answer(case): {body}"))


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("print('chatter'); return (1, 2)", [1, 2]),
        ("return (n * n for n in range(3))", [0, 1, 4]),
        ("import numpy; return numpy.arange(2)", [0, 1]),
        ("import numpy; return {'a': [numpy.float64(0.5)]}", {"a": [0.5]}),
        ("return None", None),
    ],
)
def test_answers_become_json_as_people_expect(made: Made, body: str, answer: object) -> None:
    report = _run(made(f"def answer(case): {body}"), *cases({"expect": {"equals": answer}}))
    assert report.passed


@pytest.mark.parametrize(
    "code",
    [
        "import os\ndef answer(case): return os.getpid()",  # differs from process to process
        "def answer(case): return [s for s in {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'}]",  # order of hashes
    ],
)
def test_an_answer_that_changes_from_run_to_run_fails(made: Made, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)  # who sets it has one order of hashes in all processes
    fault = _fault(made(code), expect={"unique": False})
    assert fault.startswith("answered differently when asked again")


def test_an_answer_that_depends_on_what_was_asked_before_fails(made: Made) -> None:
    code = "import itertools\nn = itertools.count()\ndef answer(case): return next(n)"
    report = _run(made(code), case("a", input={"n": 1}), case("b", input={"n": 2}))
    assert [result.outcome for result in report.results] == ["failed", "failed"]


def test_what_a_function_does_to_its_input_reaches_no_other_case(made: Made) -> None:
    greedy = made("def answer(case):\n    case['parameters']['top'] += 1\n    return [case['candidates'].pop()]")
    both = cases({"expect": {"equals": ["c"]}}, {"expect": {"equals": ["c"]}, "parameters": {"top": 1}})
    assert _run(greedy, *both).passed


def test_a_hanging_case_fails_alone_and_the_others_are_asked(command: Command) -> None:
    subject = command("if given.get('hang'): time.sleep(60)\nsay(answer=1)")
    limits = replace(QUICK, each=3.0)
    given = (case("a", input={"n": 1}), case("b", input={"hang": True}), case("c", input={"n": 2}))
    start = time.monotonic()
    report = run_cases(given, {}, subject, limits)
    assert time.monotonic() - start < 30
    assert [result.outcome for result in report.results] == ["passed", "error", "passed"]
    assert report.results[1].faults == ("no answer within 3 s",)


def test_a_program_that_never_reads_a_long_question_ends_in_time(tmp_path: Path) -> None:
    subject = CommandSubject(("sleep", "60"), tmp_path, version=None, files=())
    report = run_cases((case(input={"text": "x" * 1_000_000}),), {}, subject, replace(QUICK, each=0.4))
    assert report.results[0].faults == ("no answer within 0.4 s",)


def test_the_whole_run_ends_in_time_and_says_which_cases_were_not_run(command: Command) -> None:
    limits = replace(QUICK, each=30.0, whole=0.5, leave=0.5)
    report = run_cases((case("a"), case("b", input={"n": 1})), {}, command("time.sleep(60)"), limits)
    assert report.seconds < 10
    assert {result.outcome for result in report.results} == {"skipped"}
    assert failures(report)[0] == "a: not run: the cases did not end within 0.5 s"


def test_a_function_that_does_not_load_in_time_is_a_wrong_configuration(made: Made) -> None:
    subject = made("import time\ntime.sleep(60)")
    subject._patience = 0.3
    with pytest.raises(ConfigError, match=r"'shop_answers:answer' cannot be loaded: it did not load within 0.3 s"):
        _run(subject, case())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("answer = 5", "it is a int, not a function"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("", "AttributeError"),
        ("def answer(:", "SyntaxError"),
        ("import os; os._exit(7)", r"it died \(exit code 7\)"),
    ],
)
def test_a_function_that_cannot_be_loaded_is_a_wrong_configuration(made: Made, code: str, said: str) -> None:
    with pytest.raises(ConfigError, match=f"golden.callable 'shop_answers:answer' cannot be loaded: {said}"):
        _run(made(code), case())


def test_a_subject_that_dies_at_every_question_is_unavailable(command: Command) -> None:
    given = tuple(case(f"case {n}", input={"n": n}) for n in range(30))
    report = _run(command("print('no database', file=sys.stderr); sys.exit(1)"), *given)
    assert not report.passed
    assert report.unavailable is not None
    assert "no database" in report.unavailable
    assert "no answer to any" in report.unavailable
    assert failures(report) == (f"nobody answers the cases: {report.unavailable}",)


def test_a_subject_that_hangs_at_every_question_is_unavailable_long_before_the_whole_time_is_over(
    command: Command,
) -> None:
    given = tuple(case(f"case {n}", input={"n": n}) for n in range(30))
    report = run_cases(given, {}, command("time.sleep(60)"), replace(QUICK, each=0.3))
    assert report.unavailable == "no answer within 0.3 s (the first 3 questions, and no answer to any)"
    assert report.seconds < 10


def test_a_subject_that_dies_at_one_question_is_not(command: Command) -> None:
    report = _run(
        command("if given['n'] == 3: sys.exit(1)\nsay(answer=1)"), *(case(str(n), input={"n": n}) for n in range(6))
    )
    assert report.unavailable is None
    assert [result.outcome for result in report.results].count("error") == 1


def test_many_workers_share_the_questions(command: Command) -> None:
    subject = command("time.sleep(0.1)\nsay(answer=given['n'])")
    given = tuple(case(str(n), input={"n": n}, expect={"equals": n}) for n in range(10))
    limits = replace(QUICK, workers=7)
    assert run_cases(given, {}, subject, limits).passed


@pytest.mark.parametrize(("workers", "runs"), [(1, 1), (1, 3), (3, 2), (2, 5)])
def test_any_number_of_workers_makes_every_run(command: Command, tmp_path: Path, workers: int, runs: int) -> None:
    log = tmp_path / "log"
    subject = command(f"open({str(log)!r}, 'a').write(str(given['n'])); say(answer=1)")
    given = tuple(case(str(n), input={"n": n}) for n in range(4))
    assert run_cases(given, {}, subject, replace(QUICK, workers=workers, runs=runs)).passed
    assert sorted(log.read_text()) == sorted("0123" * runs)


def test_one_question_of_many_cases_is_asked_once_a_run(command: Command, tmp_path: Path) -> None:
    log = tmp_path / "log"
    subject = command(f"open({str(log)!r}, 'a').write('x'); say(answer=[1])")
    assert _run(subject, case("a"), case("b", expect={"count": 1})).passed
    assert log.read_text() == "xx"


def test_progress_is_told_up_to_the_end(made: Made) -> None:
    seen: list[tuple[int, int]] = []
    run_cases(
        cases({}, {"input": {"candidates": []}}), VALUES, made(FIRST), QUICK, progress=lambda *at: seen.append(at)
    )
    assert seen[-1] == (4, 4)
    assert seen == sorted(seen)


def test_failures_stay_readable_however_many_and_long_they_are(made: Made) -> None:
    given = tuple(case(f"case {n}", input={"n": n}, expect={"equals": 0}) for n in range(47))
    report = _run(made("def answer(case): return 'long ' * 1000 + str(case['n'])"), *given)
    told = failures(report)
    assert len(told) == MOST_FAILURES + 1
    assert (told[-1], failed_count(told)) == ("and 37 more", 47)
    assert max(map(len, told)) <= 400
    assert all("\n" not in text for text in told)


def test_nothing_runs_on_after_a_run(made: Made) -> None:
    before = set(threading.enumerate())
    _run(made(FIRST), *cases({}, {"input": {"candidates": []}}))
    assert set(threading.enumerate()) <= before


# the cache


def _cached(subject: Subject, path: Path, *given: Case) -> Report:
    return _run(subject, *given, cache=Cache(path))


def test_an_unchanged_function_is_not_asked_the_same_again(made: Made, tmp_path: Path) -> None:
    path, subject = tmp_path / "state" / "cache.json", made(FIRST)
    given = cases({"expect": {"count": 2}}, {"expect": {"equals": ["a"]}, "parameters": {"top": 1}})
    assert _cached(subject, path, *given).cached == 0
    again = _cached(subject, path, *given)
    assert (again.passed, again.cached) == (True, 2)
    other = run_cases(given, {"top": 3}, subject, QUICK, cache=Cache(path))
    assert [result.cached for result in other.results] == [False, True]  # the second fixes all that there is


def test_a_changed_expectation_is_held_against_the_kept_answer(made: Made, tmp_path: Path) -> None:
    path, subject = tmp_path / "cache.json", made(FIRST)
    assert _cached(subject, path, *cases({"expect": {"count": 2}})).passed
    report = _cached(subject, path, *cases({"expect": {"count": 3}}))
    assert (report.passed, report.cached) == (False, 1)


def test_changed_code_is_asked_anew(made: Made, tmp_path: Path) -> None:
    path, given = tmp_path / "cache.json", cases({"expect": {"count": 2}})
    assert _cached(made(FIRST), path, *given).passed
    report = _cached(made("def answer(case): return []"), path, *given)
    assert (report.passed, report.cached) == (False, 0)


def test_changed_code_that_the_function_imports_is_asked_anew(made: Made, tmp_path: Path) -> None:
    helper = tmp_path / "shop_answers_part.py"
    for text, cached in (("SIZE = 2", 0), ("SIZE = 2", 1), ("SIZE = 2 + 0", 0)):
        helper.write_text(text)
        os.utime(helper, (1_000_000_000, 1_000_000_000))
        subject = made("import shop_answers_part\ndef answer(case): return case['candidates'][:shop_answers_part.SIZE]")
        assert _cached(subject, tmp_path / "cache.json", *cases({"expect": {"count": 2}})).cached == cached


def test_code_that_is_loaded_while_answering_is_never_kept(made: Made, tmp_path: Path) -> None:
    (tmp_path / "shop_answers_late.py").write_text("SIZE = 2")
    os.utime(tmp_path / "shop_answers_late.py", (1_000_000_000, 1_000_000_000))
    code = "def answer(case):\n    import shop_answers_late\n    return case['candidates'][:shop_answers_late.SIZE]"
    for _ in range(2):
        report = _cached(made(code), tmp_path / "cache.json", *cases({"expect": {"count": 2}}))
        assert (report.passed, report.cached) == (True, 0)


def test_code_that_was_edited_since_it_was_started_is_never_kept(made: Made, tmp_path: Path) -> None:
    subject = made(FIRST)
    os.utime(tmp_path / "shop_answers.py", (4_000_000_000, 4_000_000_000))
    for _ in range(2):
        assert _cached(subject, tmp_path / "cache.json", *cases({"expect": {"count": 2}})).cached == 0


def test_failures_are_never_kept(made: Made, tmp_path: Path) -> None:
    flaky = f"import os\ndef answer(case): return os.path.exists({str(tmp_path / 'there')!r})"
    given = cases({"expect": {"equals": True}})
    assert not _cached(made(flaky), tmp_path / "cache.json", *given).passed
    (tmp_path / "there").touch()
    assert _cached(made(flaky), tmp_path / "cache.json", *given).passed


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 2],
        lambda _: "",
        lambda _: "\x00[]",
        lambda text: text.replace('"a"', '"b"'),
        lambda text: json.dumps({**json.loads(text), "format": 99}),
        lambda text: json.dumps({**json.loads(text), "entries": 5}),
    ],
    ids=["half", "empty", "bytes", "another answer", "another format", "no entries"],
)
def test_a_damaged_cache_is_ignored_told_and_written_anew(made: Made, tmp_path: Path, spoil: object) -> None:
    path, subject, given = tmp_path / "cache.json", made(FIRST), cases({"expect": {"equals": ["a", "b"]}})
    _cached(subject, path, *given)
    assert callable(spoil)
    path.write_text(spoil(path.read_text()))
    report = _cached(subject, path, *given)
    assert (report.passed, report.cached) == (True, 0)
    assert "is not used, and written anew" in report.warnings[0]
    assert _cached(subject, path, *given).cached == 1


def test_a_cache_that_cannot_be_written_is_a_warning(made: Made, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    report = _cached(made(FIRST), tmp_path / "file" / "cache.json", *cases({}))
    assert report.passed
    assert "cache" in report.warnings[0]


def test_the_least_recently_used_answers_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.golden.cache.MOST_ENTRIES", 2)
    cache = Cache(tmp_path / "cache.json")
    for key in ("a", "b"):
        cache.put(key, [key], 0.1)
    assert cache.get("a") == (["a"], 0.1)
    cache.put("c", ["c"], 0.1)
    cache.put("long", "x" * 200_000, 0.1)
    cache.save()
    found = Cache(tmp_path / "cache.json")
    assert [found.get(key) is not None for key in ("a", "b", "c", "long")] == [True, False, True, False]


def test_a_command_is_kept_only_with_a_version_or_files(command: Command, tmp_path: Path) -> None:
    path, body, given = tmp_path / "cache.json", "say(answer=1)", (case(expect={"equals": 1}),)

    def cached(**named: object) -> int:
        _cached(command(body, **named), path, *given)
        return _cached(command(body, **named), path, *given).cached

    assert cached() == 0
    assert cached(version="build 7") == 1
    assert cached(files=["*.py"]) == 1
    assert _cached(command("say(answer=1.0)", files=["*.py"]), path, *given).cached == 0
    assert _cached(command(body, version="build 8"), path, *given).cached == 0
    with pytest.raises(ConfigError, match=r"golden.files: 'src/\*.js' names no file"):
        cached(files=["src/*.js"])
