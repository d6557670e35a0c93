"""Words of others, in the journal and in answers of servers, neither steer a terminal nor forge lines of ours."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.adapters.clock import Clock
from controller.cli.narrate import sentence
from controller.journal import event as ev
from controller.journal.event import Payload
from controller.journal.store import Journal
from controller.judging.plain import plain
from controller.log import Entry, as_text
from controller.stack.checkout import checkout
from tests.controller.casebook.past import Past
from tests.controller.cli.canary.stage import at_terminal
from tests.controller.cli.terminal import Result, Terminal

HOSTILE = "evil\x1b[2J\x1b]0;owned\x07\x9b31m\rdone\nerror: forged line\u202etxt.exe\u2066\u200f[red]"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WORDS = frozenset({"reason", "rationale", "summary", "text", "by", "golden", "alert", "source", "bypassed"})
LISTS = frozenset({"reasons", "failures", "findings", "changes"})


class HostilePast(Past):
    """A past in which every word that comes from outside is hostile."""

    def add(self, payload: Payload, actor: str = "autopilot") -> int:
        """Append an event whose words are hostile."""
        return super().add(payload.model_copy(update=_hostile(payload)), f"{actor}{HOSTILE}"[:128])


def _hostile(payload: Payload) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in payload:
        if name in WORDS and isinstance(value, str) and not isinstance(payload, ev.Adopted | ev.AlertResolved):
            found[name] = HOSTILE
        elif name in LISTS and value and all(isinstance(one, str) for one in value):
            found[name] = (HOSTILE,)
        elif name == "kpis" and isinstance(value, tuple) and value:
            found[name] = tuple(one.model_copy(update={"reason": HOSTILE}) for one in value)
    return found


@contextmanager
def _prometheus(status: int, data: object) -> Iterator[str]:
    """Serve one answer to everything that is asked; hand out the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def _answers() -> dict[str, tuple[int, object]]:
    labels = {"variant": HOSTILE, "parameter": HOSTILE, "job": HOSTILE, "__name__": "vvtv_plays_total"}
    series = {"metric": labels, "value": [Clock().now(), "1"], "values": [[Clock().now(), "1"]]}
    vector = {"resultType": "vector", "result": [series]}
    return {
        "refuses": (400, {"status": "error", "errorType": HOSTILE, "error": HOSTILE}),
        "answers": (200, {"status": "success", "data": vector, "warnings": [HOSTILE]}),
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a stack folder with a journal full of hostile words."""
    found = tmp_path_factory.mktemp("hostile") / "stack"
    with HostilePast(found, Clock().now() - 8 * 86400.0) as past:
        for _ in range(3):
            past.propose().harmed()
        past.propose().promoted()
        past.propose(forced=True).start().pause(5, alert="Fire").resume(9, alert="Fire")
        past.end("aborted", "x", outcome="aborted")
        past.add(ev.DriftDetected(cause="plant", action="watch", reason="x", value=1.0, threshold=1.0))
        past.add(ev.JobDone(job="triage", trigger="schedule", ok=False, text="x"))
        past.add(
            ev.Deployed(version=f"{0xF7:064x}", values={"temperature": 0.7}, reason="x", request=1, by="x", golden="x")
        )
        past.add(ev.RequestRefused(request=1, what=HOSTILE, by="x", reason="x"))
        past.add(ev.ConfigLoaded(digest="a" * 64, changes=("x",)))
        ends: dict[str, Any] = {"parameter": "top_k", "low": 6.0, "high": 30.0}
        past.add(ev.BoundsOverrideRequested(**ends, until=past.now + 30 * 86400, reason="x"), "ann")
        past.add(ev.BoundsAdjusted(**ends, adjustment="overridden", old_low=1, old_high=40, reason="x", floor=4))
        past.add(ev.PauseRequested(reason="x"), "ann")
        past.propose().start().course(range(2, 9, 3), 0.0, 0.02)
        past.pause(12, alert="Smoke")
    return found


@pytest.fixture
def terminal(
    request: pytest.FixtureRequest,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Terminal]:
    found = Terminal(tmp_path, capsys, monkeypatch)
    settings = yaml.safe_load((checkout() / "autopilot.yaml").read_text(encoding="utf-8"))
    with _prometheus(*_answers()[request.param]) as url:
        settings["prometheus"] |= {"url": url, "retries": 0}
        settings["alertmanager"]["url"] = url
        del settings["golden"]
        settings["triage"] = {"github": {"repository": "me/shop", "url": url, "retries": 0}}
        found.config.write_text(yaml.safe_dump(settings), encoding="utf-8")
        found.state = folder
        found.place = ("--config", str(found.config), "--state", str(folder))
        yield found


ASKING = (
    "autopilot status",
    "autopilot report",
    "autopilot triage --window 30d --github",
    "autopilot drift-check",
    "autopilot validate --online",
    "canary power",
    "doctor",
    "metrics query play_completion --last 1h",
)
READING = (
    "autopilot triage --apply --yes --dry-run --window 30d --reason x",
    "autopilot schedule show",
    "autopilot bounds show",
    "autopilot bounds history",
    "autopilot history list",
    "autopilot history show 00000000000000000000000000000000000000000000000000000000000000f7",
    "autopilot history trends",
    "autopilot history verify",
    "autopilot resume --dry-run --reason x",
    "autopilot pause --dry-run --reason x",
    "autopilot rollback previous --dry-run --reason x",
    "autopilot run-once --reason x --yes",
    "autopilot canary-status",
    "canary history",
    "canary explain cycle-1",
    "canary abort --reason x --dry-run",
    "why temperature",
    "why top_k",
    f"why {HOSTILE}",
    f"metrics query {HOSTILE}",
    f"autopilot {HOSTILE}",
)


def _harmless(shown: str) -> None:
    wrong = {char for line in shown.split("\n") for char in line if plain(char) != char and char not in "\t\u200b"}
    assert not wrong, shown
    assert not [line for line in shown.split("\n") if line.startswith("error: forged")], shown


@pytest.mark.parametrize(
    ("terminal", "command"),
    [*product(("refuses", "answers"), ASKING), *product(("refuses",), READING)],
    indirect=["terminal"],
)
def test_nothing_that_is_printed_steers_a_terminal(terminal: Terminal, command: str) -> None:
    found: Result = terminal.run(*command.split(" "), *terminal.place)
    assert "Traceback" not in found.err
    assert found.out or found.err
    _harmless(found.out)
    _harmless(found.err)


@pytest.mark.parametrize("command", ["autopilot history export --format csv", "autopilot canary-status"])
@pytest.mark.parametrize("terminal", ["refuses"], indirect=True)
def test_at_a_terminal_nothing_but_our_own_colours_steers_it(terminal: Terminal, command: str) -> None:
    code, shown = at_terminal(*command.split(" "), *terminal.place, columns=300)
    assert code == 0
    assert "evil" in shown
    _harmless(COLOUR.sub("", shown).replace("\r\n", "\n"))


def test_every_sentence_and_every_line_of_the_log_is_one_line(folder: Path) -> None:
    with Journal(folder / "controller" / "journal.db", "reader") as journal:
        events = journal.read()
    told = [text for event in events if (text := sentence(event))]
    assert len(told) > 50
    for text in (*told, *(as_text(Entry(text), 1.0) for text in told), as_text(Entry(HOSTILE), 1.0)):
        assert text == plain(text)
        assert "\n" not in text
