"""The service as a process of its own, with the LLM mock as another: scrapes, hot reload, faults, signals."""

from __future__ import annotations

import json
import math
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import requests

from components.prometheus_reporter import SERVICE_METRICS
from exporter.parameters import LiveParameters, uniform
from exporter.reference import REFERENCE_PARAMETERS
from tests.components.support import PATIENCE, Scrape, eventually, exposition, parsed, running, scrape, value

PLAIN = uniform(REFERENCE_PARAMETERS.defaults(), "vvtv")


@dataclass(frozen=True)
class Running:
    """A running service."""

    url: str
    llm: str
    live: Path

    def write(self, live: LiveParameters) -> None:
        """Write the live file as the controller does: whole, by renaming."""
        self.put(json.dumps(live.document()))

    def put(self, text: str) -> None:
        """Let the live file hold a text from one moment on: a reader of one that is being written sees it empty."""
        fresh = self.live.with_suffix(".tmp")
        fresh.write_text(text)
        fresh.replace(self.live)

    def fault(self, mode: str) -> None:
        """Switch the mock's fault."""
        requests.post(f"{self.llm}/faults", json={"mode": mode}, timeout=30).raise_for_status()


def canary(temperature: float, expires_at: float) -> LiveParameters:
    arms = {**PLAIN.arms, "canary": {**PLAIN.arms["canary"], "temperature": temperature}}
    return replace(PLAIN, arms=arms, canary="c1", expires_at=expires_at)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    live = tmp_path_factory.mktemp("live") / "live.json"
    with (
        running("llm-mock", "--port", "0") as (_, llm),
        running("run", "--port", "0", "--parameters", str(live), "--llm-url", llm, "--window", "1") as (_, url),
    ):
        yield Running(url, llm, live)


def wall() -> float:
    return time.time_ns() / 1e9


@dataclass(frozen=True)
class Look:
    """A scrape, and between which two moments the service made it, monotonic seconds; reading it takes time, too."""

    found: Scrape
    asked: float
    answered: float

    @classmethod
    def at(cls, url: str) -> Look:
        """Scrape now."""
        asked = time.monotonic()
        text = exposition(url)
        answered = time.monotonic()
        return cls(parsed(text), asked, answered)


def served_at_its_rate(before: Look, after: Look) -> bool:
    """Whether selections between two looks are 300 a second: Poisson, 5 standard deviations, and a tick's worth."""
    grown = value(after.found, "vvtv_selections_total") - value(before.found, "vvtv_selections_total")
    least, most = 300 * (after.asked - before.answered), 300 * (after.answered - before.asked)
    return least - 5 * math.sqrt(least) - 30 <= grown <= most + 5 * math.sqrt(most) + 30


def test_the_first_scrape_has_every_metric_and_a_missing_file_is_counted_once(service: Running) -> None:
    found = scrape(service.url)
    sampled = {name.removesuffix("_count") for name, _ in found}
    assert {metric.name for metric in SERVICE_METRICS} <= sampled
    assert value(found, "vvtv_selection_entropy_ratio", variant="canary") > 0.3
    assert value(found, "vvtv_parameter_file_errors_total", reason="missing") == 1
    assert value(found, "vvtv_parameter_value", parameter="top_k", variant="control") == 12


def test_traffic_flows_at_its_rate_reviews_are_answered_and_arms_hold_their_shares(service: Running) -> None:
    looks = [Look.at(service.url)]

    def grown(name: str, **labels: str) -> float:
        before, after = looks[-2:]
        return value(after.found, name, **labels) - value(before.found, name, **labels)

    for _ in range(10):
        time.sleep(1.2)
        looks.append(Look.at(service.url))
        assert served_at_its_rate(*looks[-2:])
        assert grown("vvtv_selections_total", variant="control") > grown("vvtv_selections_total", variant="canary") * 2
        assert grown("vvtv_llm_requests_total", outcome="error") == 0
        assert grown("vvtv_llm_requests_total", outcome="invalid") == 0
        answered = grown("vvtv_llm_requests_total", outcome="ok")
        if grown("vvtv_llm_requests_total") == answered > 0:
            break  # on a busy machine an answer may come too late
    else:
        raise AssertionError("in vain: each time some review got no answer")


def test_a_live_file_is_reloaded_and_an_expired_canary_falls_back(service: Running) -> None:
    service.write(canary(0.9, wall() + 600))
    eventually(service.url, 0.9, "vvtv_parameter_value", parameter="temperature", variant="canary")
    found = scrape(service.url)
    assert value(found, "vvtv_parameter_value", parameter="temperature", variant="baseline") == 0.6
    assert value(found, "vvtv_canary_expired") == 0.0
    assert value(found, "vvtv_parameter_file_loaded_timestamp_seconds") == pytest.approx(wall(), abs=60)
    service.write(canary(0.9, wall() + 1.0))
    eventually(service.url, 1.0, "vvtv_canary_expired")
    found = scrape(service.url)
    assert value(found, "vvtv_parameter_value", parameter="temperature", variant="canary") == 0.6


def test_a_half_written_file_is_counted_and_the_last_good_values_stay(service: Running) -> None:
    good = {**REFERENCE_PARAMETERS.defaults(), "temperature": 0.8}
    service.write(uniform(good, "vvtv"))
    eventually(service.url, 0.8, "vvtv_parameter_value", parameter="temperature", variant="control")
    errors = value(scrape(service.url), "vvtv_parameter_file_errors_total", reason="invalid")
    text = json.dumps(PLAIN.document())
    service.put(text[: len(text) // 2])
    eventually(service.url, errors + 1, "vvtv_parameter_file_errors_total", reason="invalid")
    found = scrape(service.url)
    assert value(found, "vvtv_parameter_value", parameter="temperature", variant="control") == 0.8
    service.write(PLAIN)
    eventually(service.url, 0.6, "vvtv_parameter_value", parameter="temperature", variant="control")
    assert value(scrape(service.url), "vvtv_parameter_file_errors_total", reason="invalid") == errors + 1


def test_a_hanging_llm_slows_no_selection_and_a_failing_one_opens_the_breaker(service: Running) -> None:
    service.fault("hang")
    try:
        before = Look.at(service.url)
        while value(scrape(service.url), "vvtv_llm_requests_total", outcome="timeout") < 2:
            assert time.monotonic() - before.asked < PATIENCE
            time.sleep(0.1)
        assert served_at_its_rate(before, Look.at(service.url))
        service.fault("error")
        eventually(service.url, 1.0, "vvtv_llm_breaker_state", state="open")
        assert value(scrape(service.url), "vvtv_curator_reviews_total", outcome="llm_failed") > 0
    finally:
        service.fault("none")


def quickest(tried: Callable[[], float], wanted: float) -> float:
    """Return the seconds of the first of five tries that takes less than is wanted: a busy machine delays some."""
    found = tried()
    for _ in range(4):
        if found < wanted:
            break
        found = min(found, tried())
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_within_two_seconds_even_while_the_llm_hangs(
    number: signal.Signals, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts connections and never answers
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        arguments = ("run", "--port", "0", "--parameters", str(tmp_path / "none"), "--llm-url", url)

        def ended() -> float:
            with running(*arguments) as (process, _):
                time.sleep(0.5)
                started = time.monotonic()
                os.kill(process.pid, number)
                assert process.wait(PATIENCE) == 0
                seconds = time.monotonic() - started
                assert process.stdout is not None
                assert "service: stopped" in process.stdout.read()
            return seconds

        assert quickest(ended, 2.0) < 2.0


def test_the_mock_ends_within_two_seconds_while_a_call_hangs() -> None:
    def ended() -> float:
        with running("llm-mock", "--port", "0") as (process, url):
            requests.post(f"{url}/faults", json={"mode": "hang"}, timeout=30).raise_for_status()
            with pytest.raises(requests.RequestException):
                requests.post(f"{url}/v1/chat/completions", json={"model": "m", "messages": []}, timeout=0.2)
            started = time.monotonic()
            process.terminate()
            assert process.wait(PATIENCE) == 0
            return time.monotonic() - started

    assert quickest(ended, 2.0) < 2.0
