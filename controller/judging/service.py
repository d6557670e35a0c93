"""One document in, one answer out: the same for the command line and HTTP."""

from __future__ import annotations

from controller.decide.sequence import judge
from controller.judging.answer import Answer, answer
from controller.judging.reading import read


def judged(text: str | bytes) -> Answer:
    """Return our verdict on a document. Raises CaseError."""
    reading = read(text)
    return answer(judge(reading.case), reading.notes)
