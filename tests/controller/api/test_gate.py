"""The gate over real HTTP, on a real Prometheus."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
import requests

from controller.api.gate import GATE_PATH, parse_start
from controller.config.kpis import KpiSection
from controller.errors import ConfigError
from controller.judging.schema import schema
from tests.controller.adapters.server import failure, serving
from tests.controller.api.canaries import T0, At, config, serving_gate

NOW = T0 + 62.5


def _asked(url: str, job: str, start: str = str(T0), now: float = NOW, **query: str) -> requests.Response:
    with serving_gate(config(url, job), At(now)) as address:
        return requests.get(address + GATE_PATH, params={"start": start, **query}, timeout=20)


def _verdict(answer: requests.Response) -> Any:
    assert answer.status_code == 200, answer.text
    jsonschema.Draft202012Validator(schema("output")).validate(answer.json())
    return answer.json()


class TestOnPrometheus:
    pytestmark = pytest.mark.stack

    def test_a_canary_that_helps_may_proceed(self, shop: str) -> None:
        found = _verdict(_asked(shop, "good"))
        assert (found["id"], found["verdict"]) == ("shop", "proceed")
        conversion, latency = found["metrics"]
        assert (conversion["name"], latency["name"]) == ("conversion", "latency")
        assert conversion["interval"][0] < 0.05 < conversion["interval"][1]
        assert 0 < conversion["mde"] < 0.05
        assert found["decided_at"] == conversion["n"] - 1 > 50

    def test_a_canary_that_harms_is_rolled_back(self, shop: str) -> None:
        found = _verdict(_asked(shop, "bad", now=T0 + 25, id="default/checkout"))
        assert (found["id"], found["verdict"]) == ("default/checkout", "rollback")
        assert "conversion: harm" in found["reasons"][0]

    def test_a_guardrail_beyond_its_limit_must_get_better(self, shop: str) -> None:
        crossed = KpiSection.model_validate(
            {"primary": "conversion", "guardrails": [{"kpi": "latency", "limit": 10.0}]}  # its level is 20
        )
        strict = config(shop, "good").model_copy(update={"kpis": crossed})
        with serving_gate(strict, At(NOW)) as address:
            found = _verdict(requests.get(address + GATE_PATH, params={"start": str(T0)}, timeout=20))
        assert found["verdict"] != "proceed"
        assert any("latency" in reason and "harm beyond 0.05" in reason for reason in found["reasons"])

    def test_a_canary_that_has_just_begun_is_undecided(self, shop: str) -> None:
        found = _verdict(_asked(shop, "bad", now=T0 + 8))
        assert (found["verdict"], found["decided_at"]) == ("undecided", None)

    def test_the_start_may_be_written_as_people_write_times(self, shop: str) -> None:
        written = datetime.fromtimestamp(T0, UTC).isoformat()
        assert _verdict(_asked(shop, "good", start=written)) == _verdict(_asked(shop, "good"))

    def test_without_history_before_the_start_it_is_blind(self, shop: str) -> None:
        found = _verdict(_asked(shop, "good", start=str(T0 - 400), now=T0))
        assert (found["verdict"], found["decided_at"]) == ("blind", None)
        assert "points of A/A history, 100 needed" in found["reasons"][0]

    def test_arms_that_nobody_counts_are_blind(self, shop: str) -> None:
        found = _verdict(_asked(shop, "nothing"))
        assert found["verdict"] == "blind"
        assert [metric["n"] for metric in found["metrics"]] == [0, 0]

    def test_a_rollout_tool_may_also_post(self, shop: str) -> None:
        with serving_gate(config(shop, "bad"), At(NOW)) as address:
            answer = requests.post(f"{address}{GATE_PATH}?start={T0}", data=b"anything", timeout=20)
        assert _verdict(answer)["verdict"] == "rollback"


def test_a_prometheus_that_is_away_or_refuses_is_blind_never_a_verdict() -> None:
    away = _verdict(_asked("http://127.0.0.1:1", "good"))
    assert away["verdict"] == "blind"
    assert "cannot connect" in away["reasons"][0]
    with serving(failure(422, "execution", "too many samples")) as server:
        refused = _verdict(_asked(f"http://127.0.0.1:{server.port}", "good"))
    assert refused["verdict"] == "blind"
    assert "too many samples" in refused["reasons"][0]


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("", "start is missing: write unix seconds, or RFC 3339"),
        ("yesterday", 'start "yesterday" is no time'),
        ("nan", 'start "nan" is no time'),
        ("-5", 'start "-5" is no time'),
        ("1e999", 'start "1e999" is no time'),
        ("2023-11-14T22:13:20", "has no zone"),
        (str(T0 + 1000), "in the future"),
        ("1", "days ago"),
        (str(T0 * 1000), "far in the future: write unix seconds"),
        ("\x1b[2J", r'start "\x1b[2J" is no time'),
    ],
)
def test_a_start_that_cannot_be_is_refused(start: str, said: str) -> None:
    answer = _asked("http://127.0.0.1:1", "good", start=start)
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_times_with_a_zone_are_unix_seconds() -> None:
    wanted = 1_700_000_000.0
    for text in ("1700000000", "2023-11-14T22:13:20Z", "2023-11-15T00:13:20+02:00", "2023-11-15T00:13:20 02:00"):
        assert parse_start(text) == wanted
    with pytest.raises(ConfigError):
        parse_start("0001-01-01T00:00:00+23:59")
