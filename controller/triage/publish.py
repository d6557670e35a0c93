"""Telling the issue tracker: one issue for each pattern, found again by its mark, opened again when it comes back.

What stands there already decides, not what was remembered here, so that a run that died half way is simply run again:
it finds what it wrote and writes nothing twice.

    no issue                              create
    open, all told                        nothing
    open, failed since                    comment
    closed, all told                      nothing
    closed, failed since                  open again, and comment
    closed as not planned                 nothing, whatever failed since
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from controller.triage.done import FAILED, Told
from controller.triage.issues import Draft, marked, words
from controller.triage.tracker import Issue, Tracker, TrackerError


def publish(drafts: Sequence[Draft], tracker: Tracker, *, dry_run: bool, most: int) -> tuple[tuple[Told, ...], str]:
    """Tell the tracker; return what became of each pattern, and why the tracker could not be told, empty when it could.

    Args:
        drafts: the patterns.
        tracker: keeps the issues.
        dry_run: whether the tracker only notes what would be written; nothing else is done differently.
        most: how many issues are created at most in one run.
    """
    if not drafts:
        return (), ""
    told: list[Told] = []
    try:
        known = tracker.issues()
        for draft in drafts:
            full = sum(one.action in ("created", "would create") for one in told) >= most
            told.append(_tell(draft, known, tracker, dry_run=dry_run, full=full))
    except TrackerError as error:
        return tuple(told), str(error)
    return tuple(told), ""


def _tell(draft: Draft, known: Sequence[Issue], tracker: Tracker, *, dry_run: bool, full: bool) -> Told:
    """Return what became of a pattern. Raises TrackerError when nothing more can be written in this run."""
    try:
        found = _oldest(draft, known)
        if found is None and full:
            return Told(draft.fingerprint, "put off", text=f"{draft.title}: enough issues for one run (github.most)")
        if found is None:
            found = _oldest(draft, tracker.search(words(draft.fingerprint)))
        if found is not None:
            return _known(draft, found, tracker, dry_run=dry_run)
        made = _create(draft, tracker)
        if dry_run:
            return Told(draft.fingerprint, "would create", text=draft.title)
        return Told(draft.fingerprint, "created", made.number, made.url, "open", text=draft.title)
    except TrackerError as error:
        if error.final:
            raise
        return Told(draft.fingerprint, FAILED, text=f"{draft.title}: {error}")


def _create(draft: Draft, tracker: Tracker) -> Issue:
    """Return the new issue; when the answer was lost, the one that was made all the same. Raises TrackerError."""
    try:
        return tracker.create(draft.title, draft.body)
    except TrackerError as error:
        if not error.unsure:
            raise
        found = _oldest(draft, tracker.issues())
        if found is None:
            raise
        return found


def _oldest(draft: Draft, issues: Sequence[Issue]) -> Issue | None:
    """Return the pattern's issue; of several, the oldest."""
    own = [one for one in issues if (said := marked(one.body)) is not None and said.fingerprint == draft.fingerprint]
    return min(own, key=lambda one: one.number, default=None)


def _known(draft: Draft, issue: Issue, tracker: Tracker, *, dry_run: bool) -> Told:
    """Return what became of a pattern that has an issue. Raises TrackerError."""
    by = "" if issue.open else tracker.closed_by(issue.number)
    told = Told(draft.fingerprint, "known", issue.number, issue.url, "open" if issue.open else "closed", by)
    if issue.declined:
        return replace(told, action="declined", text=f"{draft.title}: closed as not planned, so it is left alone")
    texts = (issue.body, *tracker.comments(issue.number))
    marks = [said.newest for said in map(marked, texts) if said is not None and said.fingerprint == draft.fingerprint]
    newest = max(marks)
    if newest >= draft.newest:
        return replace(told, text=f"{draft.title}: nothing new")
    if not issue.open:
        tracker.reopen(issue.number)  # first, so that a run that dies here is seen to have more to tell
    tracker.comment(issue.number, draft.again(newest))
    if dry_run:
        return replace(told, action="would comment" if issue.open else "would reopen", text=draft.title)
    return replace(told, action="commented" if issue.open else "reopened", status="open", text=draft.title)
