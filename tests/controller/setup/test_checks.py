"""Checks of files, golden cases, Alertmanager and the controller, each against the real thing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from controller.adapters.clock import Clock
from controller.setup.checks import alertmanager, connection, disk, files, golden, live, running
from controller.setup.finding import Mark
from controller.setup.patient import Patient
from exporter.parameters import uniform
from tests.controller.running import place, quick
from tests.controller.running import running as controller
from tests.controller.world import configuration


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    file = tmp_path / "autopilot.yaml"
    file.write_text("x", encoding="utf-8")
    file.chmod(0o644)
    return Patient(configuration(), file, tmp_path, place(tmp_path), Clock())


@contextmanager
def answering(answers: dict[str, tuple[int, str]]) -> Iterator[str]:
    """Serve fixed answers by path; hand out the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers.get(self.path.partition("?")[0], (404, "no such page"))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def configured(patient: Patient, **sections: dict[str, Any]) -> Patient:
    return replace(patient, config=configuration(**sections))


def test_secrets_that_all_may_read_and_files_that_lack_rights_are_told(patient: Patient, tmp_path: Path) -> None:
    (found,) = files.look(patient)
    assert found.mark is Mark.OK
    secret = tmp_path / "token"
    secret.write_text("s", encoding="utf-8")
    secret.chmod(0o644)
    patient.file.chmod(0o666)
    patient.place.parameters.parent.mkdir(parents=True)
    patient.place.parameters.touch(0o600)
    patient.place.parameters.chmod(0o600)
    asking = configured(patient, prometheus={"auth": {"bearer_file": str(secret)}})
    assert [one.advice for one in files.look(asking)] == [
        f"the service's user must read it: chmod a+r {patient.place.parameters}",
        f"chmod o-w {patient.file}",
        f"chmod 600 {secret}",
    ]
    secret.unlink()
    assert [one.mark for one in files.look(asking)][-1] is Mark.FAIL


def test_a_folder_that_cannot_be_written_is_told(patient: Patient) -> None:
    patient.place.state.parent.mkdir(exist_ok=True)
    nowhere = replace(patient, place=replace(patient.place, state=Path("/proc/self/nowhere")))
    (found,) = files.look(nowhere)
    assert (found.mark, "cannot be written" in found.found) == (Mark.FAIL, True)
    assert found.advice.endswith("mkdir -p /proc/self/nowhere && chown -R USER /proc/self/nowhere")


def test_room_is_told_in_bytes(patient: Patient) -> None:
    (found,) = disk.look(patient)
    assert 0 < found.figures["free_bytes"] <= found.figures["total_bytes"]


GOLDEN = """
cases:
  - {name: as many as asked for, input: {candidates: [{id: a}]}, expect: {count: 1}}
"""


def test_golden_cases_run_on_the_values_in_force(patient: Patient, tmp_path: Path) -> None:
    (found,) = golden.look(patient)
    assert found.mark is Mark.SKIPPED
    cases = tmp_path / "cases.yaml"
    section = {"callable": "components.planner.planner:select_case", "cases": str(cases)}
    (found,) = golden.look(configured(patient, golden=section))
    assert (found.mark, str(cases) in found.found) == (Mark.FAIL, True)


CONFIG = """
route: {{receiver: nobody, routes: [{{receiver: {route}}}]}}
receivers:
  - name: nobody
  - {{name: autopilot, webhook_configs: [{{url: "{url}"}}]}}
"""


@pytest.mark.parametrize(
    ("text", "mark", "said"),
    [
        (CONFIG.format(route="autopilot", url="http://c:1/webhook/alertmanager"), Mark.OK, "sends to the controller"),
        (CONFIG.format(route="nobody", url="http://c:1/webhook/alertmanager"), Mark.FAIL, "no route leads to it"),
        (CONFIG.format(route="autopilot", url="<secret>"), Mark.WARN, "does not show"),
        (CONFIG.format(route="autopilot", url="http://else/"), Mark.FAIL, "no webhook to the controller"),
        ("route: [", Mark.WARN, "cannot be read"),
        ("[]", Mark.WARN, "cannot be read"),
    ],
)
def test_alertmanagers_route_to_us_is_looked_for(patient: Patient, text: str, mark: Mark, said: str) -> None:
    status = json.dumps({"versionInfo": {"version": "0.25"}, "config": {"original": text}})
    with answering({"/api/v2/status": (200, status)}) as url:
        (found,) = alertmanager.look(configured(patient, alertmanager={"url": url}))
    assert (found.mark, said in found.found) == (mark, True)


@pytest.mark.parametrize("answer", [(200, "<html>"), (200, "[]"), (503, "")])
def test_what_is_no_alertmanager_is_told(patient: Patient, answer: tuple[int, str]) -> None:
    with answering({"/api/v2/status": answer}) as url:
        (found,) = alertmanager.look(configured(patient, alertmanager={"url": url}))
    (gone,) = alertmanager.look(configured(patient, alertmanager={"url": url}))
    assert found.mark is gone.mark is Mark.FAIL
    assert "cannot connect" in gone.found


def test_a_store_that_is_only_like_prometheus_is_asked_a_query(patient: Patient) -> None:
    body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": []}})
    with answering({"/api/v1/query": (200, body)}) as url:
        (found,) = connection.look(configured(patient, prometheus={"url": url}))
    assert "does not tell its version" in found.found


def test_the_holder_of_the_journal_is_found(patient: Patient, tmp_path: Path) -> None:
    (found,) = running.look(patient)
    assert (found.mark, "none is running" in found.found) == (Mark.WARN, True)
    assert found.figures == {"start": patient.start}
    with controller(quick(), place(tmp_path)):
        (found,) = running.look(patient)
        assert (found.mark, found.found.endswith(" runs")) == (Mark.OK, True)


def _altered(document: dict[str, Any]) -> str:
    return json.dumps({**document, "version": "0" * 64})


@pytest.mark.parametrize(
    ("write", "mark", "said"),
    [
        (json.dumps, Mark.OK, "version "),
        (_altered, Mark.FAIL, "altered by hand?"),
        (lambda document: json.dumps(document)[:40], Mark.FAIL, "half-written"),
    ],
)
def test_the_live_file_is_read_as_the_service_reads_it(
    patient: Patient, write: Callable[[dict[str, Any]], str], mark: Mark, said: str
) -> None:
    (found,) = live.look(patient)
    assert (found.mark, "no such file" in found.found) == (Mark.WARN, True)
    path = patient.place.parameters
    path.parent.mkdir(parents=True)
    path.write_text(write(uniform(patient.config.specs.defaults(), "shop").document()), encoding="utf-8")
    first, *rest = live.look(patient)
    assert (first.mark, said in first.found) == (mark, True)
    assert [one.mark for one in rest] == ([Mark.SKIPPED] if mark is Mark.OK else [])
