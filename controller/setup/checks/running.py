"""Does a controller run, and is it ready."""

from __future__ import annotations

from collections.abc import Iterator

import requests

from controller.adapters.cause import cause_of
from controller.setup.finding import Finding, Teller
from controller.setup.patient import Patient
from controller.stack.layout import Layout
from controller.stack.state import read_state

NAME = "controller"
PATIENCE = 3.0  # seconds
START = "start"
"""The figure that is the command which starts a controller, where none runs."""
_TELL = Teller(NAME)


def look(patient: Patient) -> Iterator[Finding]:
    """Look for the holder of the journal, and ask it whether it is ready where its address is known."""
    holder = patient.desk.holder()
    stack = read_state(Layout(patient.root))
    if holder is None:
        started = stack is not None and any(process.name == "controller" for process in stack.processes)
        how = "vvtvctl up starts it again" if started else "start one, as a service of your system"
        figures = {} if started else {START: patient.start}
        yield _TELL.warn("none is running: no scheduled cycle starts, no request is served", how, **figures)
        return
    if stack is None:
        yield _TELL.ok(f"{holder} runs", holder=holder)
        return
    yield _ready(holder, stack.endpoints.url("controller"))


def _ready(holder: str, url: str) -> Finding:
    try:
        answer = requests.get(f"{url}/readyz", timeout=PATIENCE)
    except requests.RequestException as error:
        return _TELL.fail(
            f"{holder} holds the journal, but {url} does not answer ({cause_of(error)})",
            "it hangs or is starting: look at logs/controller.log in the state folder; then restart it",
            holder=holder,
        )
    if answer.status_code == requests.codes.ok:
        return _TELL.ok(f"{holder} runs and is ready at {url}", holder=holder, url=url)
    why = " ".join(answer.text[:200].split())
    return _TELL.fail(f"{holder} runs, but is not ready: {why}", "it says what it waits for", holder=holder, url=url)
