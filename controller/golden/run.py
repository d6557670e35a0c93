"""Golden cases and parameter values in, a report out: what to ask, whom, and what the answers mean."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from controller.errors import ConfigError
from controller.golden.asker import Question, Reply
from controller.golden.cache import Cache, entry_key
from controller.golden.case import Case
from controller.golden.judge import faults, related
from controller.golden.pool import Asked, Limits, ask
from controller.golden.report import Outcome, Report, Result
from controller.golden.subject import Subject, SubjectUnavailableError
from controller.golden.value import canonical, same, shown
from exporter.parameters import Values

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Plan:
    """The questions of one case: its own, and one for each comparison."""

    case: Case
    values: Values
    own: Question
    compared: tuple[Question, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return (self.own, *self.compared)


def run_cases(
    cases: Sequence[Case],
    values: Values,
    subject: Subject,
    limits: Limits,
    *,
    cache: Cache | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Report:
    """Return what a subject's answers to some cases are worth, with `values` wherever a case fixes no others.

    Raises:
        ConfigError: the subject cannot be loaded as it is configured.
    """
    start = time.monotonic()
    plans = [_plan(case, values) for case in cases]
    unavailable: str | None = None
    asked, kept = Asked(), dict[str, Reply]()
    try:
        identity = subject.identity()
        if identity is not None and cache is not None:
            kept = _kept(plans, identity, limits.runs, cache)
        open_questions = {q.key: q for plan in plans for q in plan.questions if q.key not in kept}
        left = replace(limits, whole=max(0.0, limits.whole - (time.monotonic() - start)))  # loading the code took some
        asked = ask(tuple(open_questions.values()), subject.session, left, progress)
        unavailable = asked.unavailable
    except SubjectUnavailableError as error:
        unavailable = str(error)
        identity = None
    finally:
        subject.close()
    replies = {key: [reply] * limits.runs for key, reply in kept.items()} | asked.replies
    results = tuple(_result(plan, replies, kept, limits, late=asked.late) for plan in plans)
    warnings = []
    if cache is not None:
        if identity is not None and subject.unchanged():
            _keep(plans, results, asked.replies, identity=identity, runs=limits.runs, cache=cache)
        warnings = [cache.warning] if cache.warning else []
    return Report(results, subject.words, time.monotonic() - start, unavailable, tuple(warnings))


def _plan(case: Case, values: Values) -> _Plan:
    own = {**values, **case.parameters}
    compared = tuple(
        _question({**case.input, **other.input}, {**own, **other.parameters}) for other in case.expect.compare
    )
    return _Plan(case, own, _question(case.input, own), compared)


def _question(given: Mapping[str, Any], values: Values) -> Question:
    whole = {**given, "parameters": values}
    try:
        key = hashlib.sha256(canonical(whole).encode()).hexdigest()
    except ValueError as error:
        raise ConfigError(f"a golden case cannot be sent as JSON: {error}") from None
    return Question(key, whole)


def _kept(plans: Sequence[_Plan], identity: str, runs: int, cache: Cache) -> dict[str, Reply]:
    found = {}
    for question in (question for plan in plans for question in plan.questions):
        entry = cache.get(entry_key(identity, question.key, runs))
        if entry is not None:
            found[question.key] = Reply("answer", entry[0], seconds=entry[1])
    return found


def _keep(
    plans: Sequence[_Plan],
    results: Sequence[Result],
    replies: Mapping[str, list[Reply]],
    *,
    identity: str,
    runs: int,
    cache: Cache,
) -> None:
    for plan, result in zip(plans, results, strict=True):
        for question in plan.questions if result.outcome == "passed" else ():
            found = replies.get(question.key)
            if found is not None and all(reply.kind == "answer" for reply in found):
                seconds = min(reply.seconds for reply in found)
                cache.put(entry_key(identity, question.key, runs), found[0].answer, seconds)
    cache.save()


def _result(
    plan: _Plan, replies: Mapping[str, list[Reply]], kept: Mapping[str, Reply], limits: Limits, *, late: bool
) -> Result:
    nothing = [Reply("unasked")]
    own = replies.get(plan.own.key, nothing)
    outcome, wrong = _judged(plan, own, [replies.get(question.key, nothing) for question in plan.compared])
    if outcome == "skipped":
        wrong = [f"not run: the cases did not end within {limits.whole:g} s" if late else "not run"]
    return Result(
        name=plan.case.name,
        file=plan.case.file,
        outcome=outcome,
        faults=tuple(wrong),
        values=plan.values,
        answer=own[0].answer,
        answered=own[0].kind == "answer",
        seconds=min((reply.seconds for reply in own if reply.kind != "unasked"), default=0.0),
        cached=all(question.key in kept for question in plan.questions),
    )


def _judged(plan: _Plan, own: Sequence[Reply], compared: Sequence[Sequence[Reply]]) -> tuple[Outcome, list[str]]:
    expect = plan.case.expect
    if expect.error is not None:
        return _refusal(expect.error, own)
    failed = next((reply for reply in own if reply.kind not in ("answer", "unasked")), None)
    if failed is not None:
        return "error", [_words(failed)]
    if any(reply.kind == "unasked" for reply in own):
        return "skipped", []
    answer = own[0].answer
    other = next((reply.answer for reply in own if not same(reply.answer, answer)), None)
    if any(not same(reply.answer, answer) for reply in own):
        return "failed", [f"answered differently when asked again: {shown(answer)}, then {shown(other)}"]
    wrong = [*faults(plan.case, answer, plan.values), *_compared(plan, answer, compared)]
    return ("failed", wrong) if wrong else ("passed", [])


def _refusal(wanted: str, own: Sequence[Reply]) -> tuple[Outcome, list[str]]:
    for reply in own:
        if reply.kind == "unasked":
            return "skipped", []
        if reply.kind == "answer":
            return "failed", [f"expected an error with {shown(wanted)}, got {shown(reply.answer)}"]
        if reply.kind != "refused":
            return "error", [_words(reply)]
        if wanted not in reply.text:
            return "failed", [f"expected an error with {shown(wanted)}, got the error {shown(reply.text, 120)}"]
    return "passed", []


def _words(reply: Reply) -> str:
    return f"raised {reply.text}" if reply.kind == "refused" else reply.text


def _compared(plan: _Plan, answer: Any, compared: Sequence[Sequence[Reply]]) -> Iterator[str]:
    for comparison, replies in zip(plan.case.expect.compare, compared, strict=True):
        reply = next((reply for reply in replies if reply.kind != "answer"), replies[0])
        other = next((one.answer for one in replies if not same(one.answer, reply.answer)), None)
        changed = canonical({**comparison.input, **comparison.parameters})
        if reply.kind != "answer":
            yield f"with {shown(changed, 80)}: {_words(reply) or 'not run'}"
        elif not all(same(one.answer, reply.answer) for one in replies):
            again = f"{shown(reply.answer)}, then {shown(other)}"
            yield f"with {shown(changed, 80)}: answered differently when asked again: {again}"
        elif (why := related(comparison.then, answer, reply.answer)) is not None:
            yield f"with {shown(changed, 80)}: {why}"
