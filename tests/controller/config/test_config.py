"""autopilot.yaml as values: durations, readings, policy and what the sections refuse."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from controller.config.config import Config
from controller.config.kpi import MetricSection
from controller.model import Role
from exporter.metric import GaugeReading, MeanReading, RatioReading, Selector, ShareAboveReading

OWN: dict[str, Any] = {"name": "sales", "direction": "higher", "margin": 0.1, "gauge": {"metric": "sales"}}


def settings(**changes: Any) -> dict[str, Any]:
    """Return the least that a configuration needs, with changes."""
    return {
        "service": "shop",
        "prometheus": {"url": "http://localhost:9090"},
        "kpis": {"primary": "play_completion"},
        "parameters": {"heat": {"low": 0, "high": 1, "default": 0.5, "step": 0.1, "prior": {"sd": 0.1}}},
        **changes,
    }


def _config(**changes: Any) -> Config:
    return Config.model_validate(settings(**changes))


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("500ms", 0.5), ("90s", 90), ("1.5m", 90), ("2h", 7200), ("7d", 604800), (" 5s ", 5), (30, 30), (0.5, 0.5)],
)
def test_durations_are_seconds_or_a_number_with_its_unit(written: str | float, seconds: float) -> None:
    assert _config(measure={"window": written}).measure.window == seconds


@pytest.mark.parametrize(
    "written", ["365001d", 1e306, "5", "5 m", "m", "1h30m", "-5s", "5w", "", True, 0, "0s", -1, float("nan"), None, []]
)
def test_what_is_no_duration_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        _config(measure={"window": written})


@pytest.mark.parametrize("value", [True, float("nan"), float("inf"), "much", None, [1]])
@pytest.mark.parametrize("key", ["low", "high", "default", "step"])
def test_what_is_no_finite_number_is_refused(key: str, value: object) -> None:
    parameters = settings()["parameters"]
    parameters["heat"][key] = value
    with pytest.raises(ValidationError, match=f"parameters.heat.{key}"):
        _config(parameters=parameters)


@pytest.mark.parametrize(
    "url",
    ["", "localhost:9090", "ftp://host", "http://", "http://:9090", "http://host:99999", "http://host:port", "//x"],
)
def test_an_address_that_no_request_can_go_to_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="not an address: write http://host:port"):
        _config(prometheus={"url": url})


def test_credentials_in_an_address_are_refused_and_not_repeated_by_us() -> None:
    with pytest.raises(ValidationError, match=r"use auth.username and auth.password_file") as caught:
        _config(prometheus={"url": "http://me:hunter2@host:9090"})
    assert all("hunter2" not in error["msg"] for error in caught.value.errors())


@pytest.mark.parametrize("url", ["http://localhost:9090", "https://host/prometheus/", "http://[::1]:9090", "http://h"])
def test_good_addresses_stay_as_they_are(url: str) -> None:
    assert _config(prometheus={"url": url}).prometheus.url == url


@pytest.mark.parametrize(
    "auth",
    [
        {"username": "me"},
        {"password_file": "p"},
        {"username": "me", "password_file": "p", "bearer_file": "b"},
    ],
)
def test_half_or_double_credentials_are_refused(auth: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match=r"belong together|not both"):
        _config(prometheus={"url": "http://h", "auth": auth})


@pytest.mark.parametrize("auth", [{}, {"username": "me", "password_file": "p"}, {"bearer_file": "b"}])
def test_whole_credentials_are_taken(auth: dict[str, str]) -> None:
    taken = _config(prometheus={"url": "http://h", "auth": auth}).prometheus.auth
    assert taken.model_dump(exclude_none=True, mode="json") == auth


@pytest.mark.parametrize("header", [{"X-A": "a\nb"}, {"X A": "b"}, {"X-A:": "b"}, {"": "b"}, {"X-A": 5}])
def test_headers_that_would_break_a_request_are_refused(header: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _config(prometheus={"url": "http://h", "headers": header})


@pytest.mark.parametrize(
    "place",
    [
        {"prometheus": {"url": "http://h", "selector": {'job=~".*",x': "y"}}},
        {"incidents": {"match": {"severity}": "critical"}}},
        {"metrics": [{**OWN, "gauge": {"metric": "sales", "labels": {"a-b": "c"}}}]},
    ],
)
def test_label_names_that_would_break_out_of_a_query_are_refused(place: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="must be a label's name"):
        _config(**place)


@pytest.mark.parametrize(
    ("reading", "wanted"),
    [
        ({"gauge": {"metric": "g", "labels": {"a": "b"}}}, GaugeReading(Selector("g", (("a", "b"),)))),
        ({"events": {"metric": "e"}, "trials": {"metric": "t"}}, RatioReading(Selector("e"), Selector("t"))),
        ({"mean_of": {"metric": "h"}}, MeanReading(Selector("h"))),
        ({"share_above": {"metric": "h"}, "bound": "2.5"}, ShareAboveReading(Selector("h"), "2.5")),
    ],
)
def test_an_own_metric_is_read_in_one_of_four_ways(reading: dict[str, Any], wanted: object) -> None:
    section = MetricSection.model_validate({"name": "x", "direction": "lower", "margin": 1, **reading})
    kpi = section.kpi()
    assert kpi.reading == wanted
    assert (kpi.name, kpi.title, kpi.margin, kpi.comparison) == ("x", "x", 1.0, ("baseline", "control"))


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ({}, "exactly one of gauge"),
        ({"gauge": {"metric": "g"}, "mean_of": {"metric": "h"}}, "exactly one of gauge"),
        ({"events": {"metric": "e"}}, "events and trials belong together"),
        ({"gauge": {"metric": "g"}, "trials": {"metric": "e"}}, "events and trials belong together"),
        ({"share_above": {"metric": "h"}}, "share_above and bound belong together"),
        ({"gauge": {"metric": "g"}, "bound": "1"}, "share_above and bound belong together"),
        ({"gauge": {"metric": "not a name"}}, "must be a metric.s name"),
    ],
)
def test_a_half_or_double_reading_is_refused(reading: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        MetricSection.model_validate({"name": "x", "direction": "lower", "margin": 1, **reading})


@pytest.mark.parametrize(
    ("canary", "said"),
    [
        ({"lease": "60s", "look_every": "60s"}, "lease must be longer than look_every"),
        ({"weights": {"canary": 0.5, "control": 0.5}}, "weights must name canary, baseline and control, and sum to 1"),
        ({"weights": {"canary": 0.5, "baseline": 0.5, "control": 0.5}}, "and sum to 1"),
        ({"weights": {"canary": 0.0, "baseline": 0.5, "control": 0.5}}, "every arm needs a weight above 0"),
        ({"weights": {"canray": 0.2, "baseline": 0.2, "control": 0.6}}, "Input should be 'canary', 'baseline'"),
        ({"blind_deadline": "31m"}, "blind_budget must be at least blind_deadline"),
        ({"ask_when_inconclusive": -1}, "greater than or equal to 0"),
        ({"steps": [0.1, 0.1]}, "steps must ascend"),
        ({"steps": [0.2, 0.1]}, "steps must ascend"),
        ({"steps": [0.0, 0.1]}, "steps: each is a share of the units above 0, at most 0.5"),
        ({"steps": [0.1, 0.6]}, "steps: each is a share of the units above 0, at most 0.5"),
        ({"steps": [i / 100 for i in range(1, 12)]}, "steps: at most 10, there are 11"),
        ({"steps": [0.1, 0.2], "duration": "90s"}, "needs at least one look_every"),
        ({"steps": [float("nan")]}, "finite number"),
        ({"steps": ["much"]}, "valid number"),
        ({"alpha": 0}, "greater than 0"),
        ({"alpha": 0.5}, "less than 0.5"),
        ({"minimum_harm": 4}, "greater than or equal to 5"),
        ({"minimum_harm": True}, "true is not a number"),
        ({"minimum_harm": 20.5}, "valid integer"),
    ],
)
def test_an_impossible_canary_is_refused(canary: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        _config(canary=canary)


def test_a_canary_may_climb_and_may_ask() -> None:
    canary = _config(canary={"steps": [0.05, 0.1, 0.2, 0.5], "ask_when_inconclusive": "4h"}).canary
    assert canary.steps == (0.05, 0.1, 0.2, 0.5)
    assert canary.ask_when_inconclusive == 14400.0
    assert (_config().canary.steps, _config(canary={"ask_when_inconclusive": 0}).canary.ask_when_inconclusive) == (
        (),
        0,
    )


def test_the_primary_kpi_is_judged_first_and_guardrails_by_their_margin_or_the_catalogs() -> None:
    config = _config(
        kpis={"primary": "sales", "guardrails": ["llm_success", {"kpi": "play_completion", "margin": 0.5}]},
        metrics=[OWN],
    )
    assert [(item.kpi.name, item.role, item.margin) for item in config.judged] == [
        ("sales", Role.PRIMARY, 0.1),
        ("llm_success", Role.GUARDRAIL, config.known_kpis["llm_success"].margin),
        ("play_completion", Role.GUARDRAIL, 0.5),
    ]


def test_kpis_that_no_canary_can_judge_are_not_offered() -> None:
    assert "curator_apply_budget_used_pct" not in _config().known_kpis


def test_the_policy_counts_in_scrapes() -> None:
    config = _config(
        prometheus={"url": "http://h", "scrape_interval": "10s"}, canary={"duration": "20m", "minimum_proceed": 30}
    )
    assert (config.policy.planned, config.policy.minimum_proceed) == (120, 30)
    short = _config(canary={"duration": "1m", "minimum_proceed": 30})
    assert short.policy.planned == 30


def test_specs_and_selector_are_what_the_file_says() -> None:
    config = _config(prometheus={"url": "http://h", "selector": {"job": "shop"}})
    spec = config.specs.get("heat")
    assert (spec.kind, spec.low, spec.high, spec.default) == ("float", 0.0, 1.0, 0.5)
    assert config.selector == (("job", "shop"),)
